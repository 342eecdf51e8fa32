import type { DataDate } from "../vulnerabilities/origin.js";
import type { ReportEvidence } from "./evidence.js";
import { collectExposures, type Exposures } from "./exposures.js";
import { collectHeldBack, type HeldBack, latestRun } from "./held-back.js";
import { collectPredictions, type Prediction } from "./predictions.js";

/** A host that says nothing, or nothing new. */
export interface SilentHost {
  readonly host: string;
  /** `no-run`: none began in the time of the report; `unfinished`: its last one was cut off. */
  readonly why: "unreachable" | "no-run" | "unfinished";
  readonly detail?: string | undefined;
  readonly lastRunAt?: string | undefined;
}

/** Numbers of a report: its headline is made of them and of nothing else. */
export interface ReportSummary {
  readonly hosts: number;
  readonly silent: number;
  /** Whether CVEs are known at all, and of how many hosts. */
  readonly judged: boolean;
  readonly judgedHosts: number;
  /** CVEs that are open although there is a fix, and on how many hosts. */
  readonly openCves: number;
  readonly openHosts: number;
  /** The longest that one of them is open; undefined: not known of any. */
  readonly longestDays: number | undefined;
  /** Whether it may be longer: it counts from when a host first saw the fix. */
  readonly atLeast: boolean;
  readonly fixedCves: number;
  readonly noFixCves: number;
  readonly heldBack: number;
  readonly runs: number;
  readonly failedRuns: number;
}

/** The document of `patch report --json`, but for its headline. Stable. */
export interface PatchReport extends Exposures {
  readonly stack: string;
  readonly since: string;
  readonly until: string;
  /** Release, format and date of the data; undefined: there was none. */
  readonly data?: (DataDate & { readonly release: string; readonly format: "tracker" | "debsecan" }) | undefined;
  readonly advisories?: DataDate | undefined;
  readonly heldBack: readonly HeldBack[];
  readonly silentHosts: readonly SilentHost[];
  readonly predictions: readonly Prediction[];
  readonly summary: ReportSummary;
}

/** Makes the report of a stack. Pure. */
export function makeReport(evidence: ReportEvidence): PatchReport {
  const { stack, sinceMs, untilMs, data, advisories, hosts } = evidence;
  const found = collectExposures(evidence);
  const heldBack = hosts.flatMap(collectHeldBack);
  const silentHosts = collectSilent(evidence);
  const predictions = collectPredictions(evidence);
  const open = found.exposures.filter(({ state }) => state === "open");
  const [longest] = open;
  return {
    ...{ stack, since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString() },
    ...(data && { data: { ...data.dated, release: data.release, format: data.format } }),
    ...(advisories && { advisories: advisories.dated }),
    ...found,
    ...{ heldBack, silentHosts, predictions },
    summary: {
      ...{ hosts: hosts.length, silent: silentHosts.length, judged: data !== undefined },
      judgedHosts: hosts.filter(({ packages }) => packages !== undefined && packages.release === data?.release).length,
      openCves: countBy(open, ({ cve }) => cve),
      openHosts: countBy(open, ({ host }) => host),
      longestDays: longest?.days,
      atLeast: longest?.available?.from === "seen",
      fixedCves: countBy(
        found.exposures.filter(({ state }) => state === "fixed"),
        ({ cve }) => cve,
      ),
      noFixCves: countBy(found.noFixYet, ({ cve }) => cve),
      heldBack: heldBack.length,
      runs: predictions.length,
      failedRuns: predictions.filter(({ outcome }) => outcome !== "done").length,
    },
  };
}

function collectSilent({ hosts, sinceMs }: ReportEvidence): SilentHost[] {
  return hosts.flatMap(({ host, error, runs }): SilentHost[] => {
    if (error !== undefined) return [{ host, why: "unreachable", detail: error }];
    const last = latestRun(runs);
    if (last === undefined) return [{ host, why: "no-run" }];
    if (Date.parse(last.startedAt) < sinceMs) return [{ host, why: "no-run", lastRunAt: last.startedAt }];
    return last.outcome === "unfinished" ? [{ host, why: "unfinished", lastRunAt: last.startedAt }] : [];
  });
}

function countBy<T>(entries: readonly T[], key: (entry: T) => string): number {
  return new Set(entries.map(key)).size;
}
