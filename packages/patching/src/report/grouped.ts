import type { Exposure, Unfixed } from "./exposures.js";

/** One CVE of a source with all hosts that have it, as a row of a table. */
export interface ExposureGroup {
  readonly first: Exposure;
  /** Longest first; hosts of the same length together. */
  readonly stretches: readonly { readonly days: number | undefined; readonly hosts: readonly string[] }[];
}

/** Exposures by CVE and source, in the order of their worst. */
export function groupExposures(exposures: readonly Exposure[]): ExposureGroup[] {
  const groups = new Map<string, { first: Exposure; stretches: Map<number | undefined, string[]> }>();
  for (const exposure of exposures) {
    const key = `${exposure.source} ${exposure.cve}`;
    const group = groups.get(key) ?? { first: exposure, stretches: new Map<number | undefined, string[]>() };
    groups.set(key, group);
    const hosts = group.stretches.get(exposure.days) ?? [];
    group.stretches.set(exposure.days, hosts);
    hosts.push(exposure.host);
  }
  return [...groups.values()].map(({ first, stretches }) => ({
    first,
    stretches: [...stretches].map(([days, hosts]) => ({ days, hosts })),
  }));
}

/** What has no fix, by source and by who has it: kernels have hundreds. */
export function groupUnfixed(
  unfixed: readonly Unfixed[],
): { source: string; hosts: readonly string[]; cves: string[] }[] {
  const groups = new Map<string, { source: string; hosts: readonly string[]; cves: string[] }>();
  for (const { source, hosts, cve } of unfixed) {
    const key = `${source} ${hosts.join(" ")}`;
    const group = groups.get(key) ?? { source, hosts, cves: [] };
    groups.set(key, group);
    group.cves.push(cve);
  }
  return [...groups.values()];
}
