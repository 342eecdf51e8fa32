import { type Occurrence, type PatchWindowSpec, renderDuration } from "@allmende/model";
import { latestBeginsMs } from "./cutoff.js";
import { type PlannedHost, planWaves } from "./wave-plan.js";

/**
 * When a run must have begun so that its last wave can begin as well, by soaks and `cutoff.upgrade` alone: what hosts and
 * batches take comes on top. Undefined when no wave waits for another.
 */
export function beginByMs(
  window: PatchWindowSpec,
  hosts: readonly PlannedHost[],
  occurrence: Pick<Occurrence, "startMs" | "endMs">,
): number | undefined {
  const waiting = soakBeforeLast(window, hosts);
  if (waiting === 0) return undefined;
  const { upgrade = occurrence.endMs } = latestBeginsMs(window, occurrence as Occurrence);
  return upgrade - waiting * 1000;
}

/** What is wrong with a window in which even a run of its first minute cannot begin the last wave; undefined: nothing. */
export function tooNarrow(window: PatchWindowSpec, hosts: readonly PlannedHost[]): string | undefined {
  const { durationSeconds, cutoffSeconds } = window;
  const beginBy = beginByMs(window, hosts, { startMs: 0, endMs: durationSeconds * 1000 });
  if (beginBy === undefined || beginBy > 0) return undefined;
  const cutoff = cutoffSeconds.upgrade ?? 0;
  const notIn =
    cutoff === 0 ? "" : `, in the last ${renderDuration(cutoff)} of them no upgrade begins (cutoff.upgrade)`;
  return (
    `takes ${renderDuration(soakBeforeLast(window, hosts))} of ${renderDuration(durationSeconds)}${notIn}: ` +
    "even a run that begins as the window opens cannot begin the hosts after the canary"
  );
}

function soakBeforeLast(window: PatchWindowSpec, hosts: readonly PlannedHost[]): number {
  const { waves } = planWaves(window, hosts);
  return waves.slice(0, -1).reduce((sum, { soakSeconds }) => sum + soakSeconds, 0);
}
