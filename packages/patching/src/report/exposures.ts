import { cvesFixedBy, flawsOf, type PackageVersion, type Vulnerability } from "../vulnerabilities/vulnerability.js";
import { type Availability, availabilityFinder } from "./availability.js";
import { type ReportEvidence, upgradedAtMs } from "./evidence.js";
import { sourceFinder } from "./sources.js";

/** One CVE on one host while a fix was to be had. */
export interface Exposure {
  readonly cve: string;
  readonly urgency: Vulnerability["urgency"];
  readonly host: string;
  readonly source: string;
  /** The source's version that has it, or had. */
  readonly version: string;
  readonly fixedIn: string | undefined;
  readonly state: "open" | "fixed";
  readonly available: Availability | undefined;
  /** When it ended, or the report's instant. */
  readonly until: string;
  /** Whole days since a fix was to be had; undefined: it is not known since when. */
  readonly days: number | undefined;
}

/** A CVE for which the release has no fix, and who has it. */
export interface Unfixed {
  readonly cve: string;
  readonly urgency: Vulnerability["urgency"];
  readonly source: string;
  readonly hosts: readonly string[];
}

export interface Exposures {
  /** What is open first, longest first. */
  readonly exposures: readonly Exposure[];
  readonly noFixYet: readonly Unfixed[];
  /** Hosts of another release than the data's: of them nothing is said. */
  readonly otherRelease: readonly string[];
  /** Upgrades whose source's version cannot be known. */
  readonly unjudgedUpgrades: number;
}

const dayMs = 86_400_000;

/** What each host is open to now, and what its runs have ended in the time of the report. */
export function collectExposures(evidence: ReportEvidence): Exposures {
  const { data, sinceMs, untilMs } = evidence;
  if (data === undefined) return { exposures: [], noFixYet: [], otherRelease: [], unjudgedUpgrades: 0 };
  const availabilityOf = availabilityFinder(evidence);
  // Hosts have most versions in common: each is judged once.
  const judgeInstalled = remembered((installed: PackageVersion) => flawsOf(data, installed), keyOf);
  const judgeUpgrade = remembered(
    ([before, after]: readonly [PackageVersion, PackageVersion]) => cvesFixedBy(data, before, after),
    ([before, after]) => `${keyOf(before)} ${keyOf(after)}`,
  );
  const exposures = new Map<string, Exposure>();
  const noFix = new Map<string, { flaw: Vulnerability; source: string; hosts: Set<string> }>();
  const otherRelease: string[] = [];
  let unjudgedUpgrades = 0;

  const expose = (host: string, of: PackageVersion, flaw: Vulnerability, state: Exposure["state"], endMs: number) => {
    const key = `${host} ${of.source} ${flaw.id}`;
    if (exposures.has(key)) return;
    const available = availabilityOf(of.source, flaw);
    exposures.set(key, {
      ...{ cve: flaw.id, urgency: flaw.urgency, host, source: of.source, version: of.sourceVersion },
      ...{ fixedIn: flaw.fixedIn, state, available, until: new Date(endMs).toISOString() },
      days: available && Math.max(0, Math.floor((endMs - Date.parse(available.at)) / dayMs)),
    });
  };
  for (const { host, packages, runs } of evidence.hosts) {
    if (packages !== undefined && packages.release !== data.release) {
      otherRelease.push(host);
      continue;
    }
    for (const installed of packages?.installed ?? []) {
      for (const flaw of judgeInstalled(installed)) {
        if (flaw.hasFix) {
          expose(host, installed, flaw, "open", untilMs);
          continue;
        }
        const key = `${installed.source} ${flaw.id}`;
        const known = noFix.get(key) ?? { flaw, source: installed.source, hosts: new Set<string>() };
        noFix.set(key, known);
        known.hosts.add(host);
      }
    }
    const sourceOf = sourceFinder(packages);
    for (const run of runs) {
      const endMs = upgradedAtMs(run);
      if (run.outcome !== "done" || endMs < sinceMs || endMs > untilMs) continue;
      for (const { name, from, to } of run.upgraded) {
        if (from === undefined) continue;
        const [before, after] = [sourceOf(name, from), sourceOf(name, to)];
        if (before === undefined || after === undefined) unjudgedUpgrades += 1;
        else for (const flaw of judgeUpgrade([before, after])) expose(host, before, flaw, "fixed", endMs);
      }
    }
  }
  return {
    exposures: [...exposures.values()].sort(byWeight),
    noFixYet: [...noFix.values()]
      .map(({ flaw, source, hosts }) => ({ cve: flaw.id, urgency: flaw.urgency, source, hosts: [...hosts].sort() }))
      .sort((one, other) => other.hosts.length - one.hosts.length || compareText(one.cve, other.cve)),
    ...{ otherRelease, unjudgedUpgrades },
  };
}

function keyOf({ name, version, source, sourceVersion }: PackageVersion): string {
  return `${name} ${version} ${source} ${sourceVersion}`;
}

function remembered<T, R>(judge: (input: T) => R, key: (input: T) => string): (input: T) => R {
  const answers = new Map<string, R>();
  return (input) => {
    const of = key(input);
    const answer = answers.get(of) ?? judge(input);
    answers.set(of, answer);
    return answer;
  };
}

function byWeight(one: Exposure, other: Exposure): number {
  if (one.state !== other.state) return one.state === "open" ? -1 : 1;
  return (other.days ?? -1) - (one.days ?? -1) || compareText(one.cve, other.cve) || compareText(one.host, other.host);
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
