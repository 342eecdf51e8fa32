import { nextOccurrences, type Occurrence, occurrencesOf } from "@allmende/model";
import {
  beginByMs,
  type DatedVulnerabilities,
  type HeldKernel,
  heldByOthers,
  inspectPending,
  type PatchWave,
  type PlannedChanges,
  planWaves,
  snapshotOf,
  withFixes,
} from "@allmende/patching";
import type { Context } from "../context.js";
import { describeError } from "../output/errors.js";
import type { StackFolder } from "../stack/folder.js";
import { describeClosed } from "../windows/announcements.js";
import { readCalendars, type WithUnread } from "../windows/calendar-feeds.js";
import { findWindow, hostNamesOf, narrowTo, type StackWindows } from "./stack-windows.js";
import { askAll, openTargets } from "./targets.js";

/** What one window's run would do: an entry of `patch plan --json`. */
export interface WindowPatchPlan {
  readonly window: string;
  readonly open: boolean;
  /** The occurrence of now, or the next one. */
  readonly occurrence: PlannedOccurrence | undefined;
  readonly updates: "security" | "all";
  readonly reboot: "never" | "if-needed";
  /** Of apt's, `20261124T020000Z`: the level of that occurrence. Undefined: what repositories offer then. */
  readonly snapshot?: string | undefined;
  /** A run that begins later patches the canary alone, for soak and cutoff; undefined: no host waits for a canary. */
  readonly beginBy?: string | undefined;
  readonly waves: readonly (Pick<PatchWave, "kind" | "number" | "soakSeconds"> & {
    readonly hosts: readonly HostPatchPlan[];
  })[];
}

export interface PlannedOccurrence {
  readonly id: string;
  readonly startsAt: string;
  readonly endsAt: string;
  /** It does not open. */
  readonly blackout?: ReturnType<typeof describeClosed> | undefined;
}

/** What `patch plan` tells. */
export interface PatchPlans extends WithUnread {
  readonly plans: readonly WindowPatchPlan[];
}

export type HostPatchPlan = { readonly host: string } & (
  | PlannedChanges
  | { readonly error: Readonly<Record<string, unknown>> }
);

/** Asks every host of the windows what is pending; nothing is changed. */
export async function planPatches(
  context: Context,
  folder: StackFolder,
  declared: StackWindows,
  options: { readonly window?: string | undefined; readonly targets?: readonly string[] | undefined },
  nowMs = Date.now(),
): Promise<PatchPlans> {
  const { window: name, targets } = options;
  const all = await readCalendars(context, folder.directory, declared, { stack: folder.stack, window: name });
  const wanted = name === undefined ? all.windows : [findWindow(all, name)];
  const { unread } = all;
  if (wanted.length === 0) return { plans: [], unread };
  const stack = narrowTo(targets, wanted, all);
  const windows = wanted.filter((window) => targets === undefined || hostNamesOf(window, stack).length > 0);
  const reached = await openTargets(folder);
  try {
    const plans: WindowPatchPlan[] = [];
    for (const window of windows) {
      const current = occurrencesOf(window, nowMs, nowMs + 1)[0];
      const occurrence = current ?? nextOccurrences(window, nowMs, 1)[0];
      // Before an opening, what is to be had by now.
      const seen = snapshotOf(window, Math.min(nowMs, occurrence?.startMs ?? nowMs));
      const snapshot = snapshotOf(window, occurrence?.startMs ?? nowMs);
      const wavePlan = planWaves(window, all.hosts);
      const beginBy = occurrence && beginByMs(window, all.hosts, occurrence);
      const ask = async (names: readonly string[], hold: (host: string) => readonly HeldKernel[]) =>
        await askAll(
          reached,
          names,
          async (ssh, host) =>
            await inspectPending(ssh, host, window.updates, {
              ...{ signal: context.signal, snapshot: seen, hold: hold(host) },
            }),
          context.signal,
        );
      const first = await ask(hostNamesOf(window, stack), () => []);
      const hold = heldByOthers(
        wavePlan,
        new Map(first.flatMap((each) => ("value" in each ? [[each.host, each.value.heldKernels ?? []]] : []))),
      );
      const again = await ask(
        first.map(({ host }) => host).filter((host) => hold(host).length > 0),
        hold,
      );
      const asked = first.map((each) => again.find(({ host }) => host === each.host) ?? each);
      const hosts = new Map(
        asked.map((result): [string, HostPatchPlan] => [
          result.host,
          "error" in result
            ? { host: result.host, error: describeError(result.error) }
            : { host: result.host, ...result.value },
        ]),
      );
      plans.push({
        window: window.name,
        open: current !== undefined && current.blackout === undefined,
        occurrence: describeOccurrence(occurrence),
        updates: window.updates,
        reboot: window.reboot,
        ...(snapshot !== undefined && { snapshot }),
        ...(beginBy !== undefined && { beginBy: new Date(beginBy).toISOString() }),
        // Of all hosts: whoever looks at one sees when its turn is.
        waves: wavePlan.waves.flatMap(({ kind, number, soakSeconds, batches }) => {
          const inWave = batches.flat().flatMap((host) => hosts.get(host) ?? []);
          return inWave.length === 0 ? [] : [{ kind, number, soakSeconds, hosts: inWave }];
        }),
      });
    }
    return { plans, unread };
  } finally {
    await reached.close();
  }
}

/** The hosts of plans that could say what is pending. */
export function plannedHosts(plans: readonly WindowPatchPlan[]): Exclude<HostPatchPlan, { error: unknown }>[] {
  return plans.flatMap(({ waves }) =>
    waves.flatMap(({ hosts }) => hosts.flatMap((host) => ("error" in host ? [] : host))),
  );
}

/** The same plans with what each package fixes, on hosts of the release that the data is about. */
export function addFixes(plans: readonly WindowPatchPlan[], data: DatedVulnerabilities): WindowPatchPlan[] {
  const ofHost = (host: HostPatchPlan): HostPatchPlan =>
    "error" in host ? host : { ...host, ...withFixes(host, data) };
  return plans.map((plan) => ({
    ...plan,
    waves: plan.waves.map((wave) => ({ ...wave, hosts: wave.hosts.map(ofHost) })),
  }));
}

function describeOccurrence(occurrence: Occurrence | undefined): WindowPatchPlan["occurrence"] {
  if (occurrence === undefined) return undefined;
  const { id, startMs, endMs, blackout } = occurrence;
  const [startsAt, endsAt] = [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
  return { id, startsAt, endsAt, ...(blackout && { blackout: describeClosed(blackout) }) };
}
