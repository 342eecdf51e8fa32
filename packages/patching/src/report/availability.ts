import { adviceKey } from "../vulnerabilities/advisories.js";
import { isVulnerable, type Vulnerability } from "../vulnerabilities/vulnerability.js";
import type { ReportEvidence } from "./evidence.js";
import { sourceFinder } from "./sources.js";

/**
 * Since when a fix was to be had, and who says so. `advisory`: Debian's list, to the day. `seen`: a host of the stack first had the fix
 * pending then, so it was to be had then at the latest.
 */
export interface Availability {
  readonly at: string;
  readonly from: "advisory" | "seen";
  readonly advisory?: string | undefined;
}

export type AvailabilityFinder = (source: string, flaw: Vulnerability) => Availability | undefined;

/** Looks in the advisories and in what all hosts had pending, and takes the earlier. */
export function availabilityFinder(evidence: ReportEvidence): AvailabilityFinder {
  const sightings = collectSightings(evidence);
  const answers = new Map<string, Availability | undefined>();
  const find: AvailabilityFinder = (source, flaw) => {
    const advice = evidence.advisories?.advisories.get(adviceKey(source, flaw.id));
    let seenMs = Number.POSITIVE_INFINITY;
    for (const [sourceVersion, atMs] of sightings.get(source) ?? []) {
      if (atMs < seenMs && !isVulnerable(flaw, { name: source, version: sourceVersion, source, sourceVersion }))
        seenMs = atMs;
    }
    if (advice !== undefined && Date.parse(advice.date) <= seenMs)
      return { at: new Date(advice.date).toISOString(), from: "advisory", advisory: advice.id };
    return seenMs === Number.POSITIVE_INFINITY ? undefined : { at: new Date(seenMs).toISOString(), from: "seen" };
  };
  return (source, flaw) => {
    const key = adviceKey(source, flaw.id);
    if (!answers.has(key)) answers.set(key, find(source, flaw));
    return answers.get(key);
  };
}

/** By source and version: when a host first had it before itself, in a run's order or waiting. */
function collectSightings({ hosts, untilMs }: ReportEvidence): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>();
  const note = (source: string, version: string, atMs: number) => {
    const versions = found.get(source) ?? new Map<string, number>();
    found.set(source, versions.set(version, Math.min(atMs, versions.get(version) ?? atMs)));
  };
  for (const { packages, runs } of hosts) {
    const sourceOf = sourceFinder(packages);
    for (const run of runs) {
      const versions = new Map([
        ...(run.ordered ?? []).map(({ name, available }): [string, string] => [name, available]),
        ...run.upgraded.map(({ name, to }): [string, string] => [name, to]),
      ]);
      for (const [name, version] of versions) {
        const found = sourceOf(name, version);
        if (found !== undefined) note(found.source, found.sourceVersion, Date.parse(run.startedAt));
      }
    }
    const listsMs = Date.parse(packages?.listsFrom ?? "") || untilMs;
    for (const { name, available, source } of packages?.pending ?? []) {
      const version = source?.available ?? sourceOf(name, available)?.sourceVersion;
      if (version !== undefined) note(source?.name ?? name, version, Math.min(listsMs, untilMs));
    }
  }
  return found;
}
