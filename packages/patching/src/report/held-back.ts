import { describeFailure, nameHeldKernel } from "../held-kernel.js";
import type { HostRun } from "../host-run.js";
import type { HostEvidence } from "./evidence.js";

/** A package that does not get its upgrade, and why. */
export interface HeldBack {
  readonly host: string;
  readonly name: string;
  /**
   * `hold`: an administrator's; `kernel`: its proof failed, and `detail` says when; `dependencies`: apt would have to remove something; else how the last run ended.
   * `apt-fails`: apt itself does not work on the host; `name` is then `apt`.
   */
  readonly reason: "hold" | "kernel" | "dependencies" | "apt-fails" | Exclude<HostRun["outcome"], "done">;
  /** The run's own word, where a run is the reason, with its date and name for a kernel. */
  readonly detail?: string | undefined;
}

/** What waits on a host for a reason; what only waits for its window is not held back. */
export function collectHeldBack({ host, packages, heldKernels = [], runs }: HostEvidence): HeldBack[] {
  const holds = packages?.holds ?? [];
  const kept = (packages?.keptBack ?? []).filter((name) => !holds.includes(name));
  return [
    ...holds.map((name): HeldBack => ({ host, name, reason: "hold" })),
    ...heldKernels.map(
      (held): HeldBack => ({ host, name: nameHeldKernel(held), reason: "kernel", detail: describeFailure(held) }),
    ),
    ...kept.map((name): HeldBack => ({ host, name, reason: "dependencies" })),
    ...(packages?.aptFails ? [{ host, name: "apt", reason: "apt-fails" } as const] : []),
    ...heldByRun(host, packages?.installed ?? [], latestRun(runs)),
  ];
}

export function latestRun(runs: readonly HostRun[]): HostRun | undefined {
  return runs.reduce<HostRun | undefined>(
    (latest, run) => (latest === undefined || run.startedAt > latest.startedAt ? run : latest),
    undefined,
  );
}

function heldByRun(
  host: string,
  installed: readonly { readonly name: string; readonly version: string }[],
  run: HostRun | undefined,
): HeldBack[] {
  if (run === undefined || run.outcome === "done") return [];
  const { outcome, cause } = run;
  const versions = new Map(installed.map(({ name, version }) => [name, version]));
  return (run.ordered ?? [])
    .filter(({ name, available }) => versions.get(name.replace(/:.*/, "")) !== available)
    .map(({ name }) => ({ host, name, reason: outcome, ...(cause && { detail: cause.message }) }));
}
