import { haltReason } from "./halt.js";
import { isoTime } from "./iso-time.js";
import type { WavePlan } from "./wave-plan.js";

/** A kernel whose proof failed: later runs neither install it nor boot into it, until a newer one is proven or a hostmaster releases it. */
export interface HeldKernel {
  /** As `uname -r` says: `6.12.57+deb13-amd64`. */
  readonly release: string;
  /** The package with its image; undefined: no package has it. */
  readonly package?: { readonly name: string; readonly version: string } | undefined;
  /** The release that runs instead of it; undefined: of another host. */
  readonly instead?: string | undefined;
  /** When the run went back from it. */
  readonly since: string;
  /** The run that did. */
  readonly occurrence: string;
  /** The host on which it failed, when it is another one of the window. */
  readonly failedOn?: string | undefined;
  /** What its proof said. */
  readonly reason: string;
}

/** `RELEASE PACKAGE VERSION INSTEAD EPOCH OCCURRENCE HOST REASON`, with `-` for what is not there. */
export function parseHeldKernel(fields: readonly string[]): HeldKernel {
  const [release = "", name, version, instead, epoch = "0", occurrence = "", failedOn, reason = ""] = fields.map(
    (field) => (field === "-" ? undefined : field),
  );
  return {
    release,
    ...(name !== undefined && version !== undefined && { package: { name, version } }),
    ...(instead !== undefined && { instead }),
    ...{ since: isoTime(epoch), occurrence },
    ...(failedOn !== undefined && { failedOn }),
    reason,
  };
}

/** Its line in the order of a host that is not to get it, as `parseHeldKernel` reads it. */
export function renderHold(held: HeldKernel): string[] {
  const { name = "-", version = "-" } = held.package ?? {};
  const epoch = String(Math.floor(Date.parse(held.since) / 1000));
  return ["hold", held.release, name, version, "-", epoch, held.occurrence, held.failedOn ?? "-", held.reason || "-"];
}

/** `kernel 6.12.57+deb13-amd64 (linux-image-6.12.57+deb13-amd64 6.12.57-1)` */
export function nameHeldKernel({ release, package: of }: HeldKernel): string {
  return `kernel ${release}${of === undefined ? "" : ` (${of.name} ${of.version})`}`;
}

/** `kernel …: its proof failed, 2026-11-24, nightly/…: units: a.service` */
export function describeHeldKernel(held: HeldKernel): string {
  const where = held.failedOn === undefined ? "" : ` on ${held.failedOn}`;
  return `${nameHeldKernel(held)}: its proof failed${where}, ${describeFailure(held)}`;
}

/** `2026-11-24, nightly/…: units: a.service` */
export function describeFailure({ since, occurrence, reason }: HeldKernel): string {
  return `${since.slice(0, 10)}, ${occurrence}: ${reason}`;
}

/** How a hostmaster has a held kernel tried again. */
export const releaseStep = "a newer one is tried; this one after `allmende patch release`";

/**
 * What hosts of a plan are not to get, since others have failed with it: kernels held by so many of them that their failure halts such a run (one of
 * the canary, or more than are tolerated).
 */
export function heldByOthers(
  plan: WavePlan,
  held: ReadonlyMap<string, readonly HeldKernel[]>,
): (host: string) => readonly HeldKernel[] {
  const holders = new Map<string, { readonly host: string; readonly kernel: HeldKernel }[]>();
  for (const [host, kernels] of held) {
    for (const kernel of kernels.filter(({ failedOn }) => failedOn === undefined)) {
      holders.set(keyOf(kernel), [...(holders.get(keyOf(kernel)) ?? []), { host, kernel }]);
    }
  }
  const halting = [...holders.values()].filter((each) => haltReason(plan, hostsOf(each)) !== undefined);
  return (host) =>
    halting.flatMap((each) => {
      const [first] = each;
      if (first === undefined || hostsOf(each).includes(host)) return [];
      const { instead: _, ...kernel } = first.kernel;
      return [{ ...kernel, failedOn: first.host }];
    });
}

function hostsOf(holders: readonly { readonly host: string }[]): string[] {
  return holders.map(({ host }) => host);
}

function keyOf({ release, package: of }: HeldKernel): string {
  return JSON.stringify([release, of?.name, of?.version]);
}
