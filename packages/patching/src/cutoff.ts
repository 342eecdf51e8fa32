import type { Occurrence, PatchPhase, PatchWindowSpec } from "@allmende/model";

/** After which instant each phase may not begin any more; a phase that is not there is not bounded. */
export function latestBeginsMs(
  { cutoffSeconds }: PatchWindowSpec,
  { endMs }: Occurrence,
): Readonly<Partial<Record<PatchPhase, number>>> {
  const latest = Object.entries(cutoffSeconds).map(([phase, seconds]) => [phase, endMs - seconds * 1000]);
  return Object.fromEntries(latest);
}
