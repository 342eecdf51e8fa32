import type { Availability } from "./availability.js";
import { counted } from "./counted.js";
import type { HeldBack } from "./held-back.js";
import type { ReportSummary, SilentHost } from "./patch-report.js";
import { german } from "./report-texts-german.js";

export type ReportLanguage = "en" | "de";

/** Every word of a report. */
export interface ReportTexts {
  readonly language: ReportLanguage;
  /** The one line that is also the subject. */
  headline(stack: string, summary: ReportSummary): string;
  period(since: string, until: string): string;
  days(days: number | undefined, from: Availability["from"] | undefined): string;
  available(available: Availability | undefined): string;
  dated(kind: "data" | "advisories", origin: string, date: string, dateIs: string, ageDays: number): string;
  stale(why: string): string;
  reason(held: HeldBack): string;
  silent(host: SilentHost): string;
  allHosts(count: number): string;
  otherRelease(hosts: readonly string[]): string;
  unjudged(count: number): string;
  readonly noData: string;
  readonly noAdvisories: string;
  readonly howCounted: string;
  readonly outcomes: Readonly<Record<string, string>>;
  readonly titles: Readonly<Record<"open" | "fixed" | "noFix" | "held" | "silent" | "predictions" | "origins", string>>;
  readonly none: Readonly<Record<"open" | "fixed" | "noFix" | "held" | "silent" | "predictions", string>>;
  readonly columns: Readonly<
    Record<
      | ("cve" | "package" | "binary" | "urgency" | "fixedIn" | "available" | "exposed" | "hosts" | "host")
      | ("why" | "cves" | "run" | "outcome" | "predicted" | "came" | "different"),
      string
    >
  >;
  readonly urgencies: Readonly<Record<"low" | "medium" | "high" | "none", string>>;
  readonly missing: string;
  readonly unexpected: string;
  restart(unit: string): string;
  readonly reboot: string;
}

const english: ReportTexts = {
  language: "en",
  headline: (stack, summary) => {
    const { judged, openCves, openHosts, judgedHosts, longestDays, atLeast, hosts, silent, failedRuns } = summary;
    const longest =
      longestDays === undefined
        ? ""
        : `, the longest for ${atLeast ? "at least " : ""}${counted(longestDays, "day", "days")}`;
    const state = !judged
      ? "CVEs are not known, for want of vulnerability data"
      : openCves > 0
        ? `${counted(openCves, "CVE", "CVEs")} with a fix still open on ${openHosts} of ${counted(hosts, "host", "hosts")}${longest}`
        : `no CVE with a fix is known to be open on ${judgedHosts} of ${counted(hosts, "host", "hosts")}`;
    const failed = failedRuns > 0 ? `; ${counted(failedRuns, "run", "runs")} failed` : "";
    const quiet = silent > 0 ? `; ${counted(silent, "host does", "hosts do")} not report` : "";
    return `${stack}: ${state}${failed}${quiet}`;
  },
  period: (since, until) => `Patches from ${since} to ${until}`,
  days: (days, from) =>
    days === undefined
      ? "not known since when"
      : `${from === "seen" ? "at least " : ""}${counted(days, "day", "days")}`,
  available: (available) =>
    available === undefined
      ? "not known"
      : available.from === "advisory"
        ? `${available.at.slice(0, 10)} (${available.advisory})`
        : `by ${available.at.slice(0, 10)} (first seen)`,
  dated: (kind, origin, date, dateIs, ageDays) => {
    const what = kind === "data" ? "Vulnerabilities" : "Advisories";
    const by = { server: "by its server's word", download: "when it was fetched", file: "by the file's own time" };
    const age = counted(ageDays, "day", "days");
    return `${what}: ${origin}, of ${date} (${by[dateIs as keyof typeof by]}), ${age} old at the time of this report.`;
  },
  stale: (why) => `This is an earlier copy, since the address could not be asked: ${why}.`,
  reason: ({ reason, detail }) =>
    ({
      hold: "held by an administrator (apt-mark hold)",
      kernel: `its proof failed (${detail ?? ""}): a newer one is tried, this one after \`allmende patch release\``,
      dependencies: "kept back by apt: something else would have to be removed or changed for it",
      "apt-fails": "apt does not work on this host: what waits is not known",
      refused: `the last run was refused before it changed anything: ${detail ?? "no reason recorded"}`,
      "rolled-back": `the last run took it back: ${detail ?? "no reason recorded"}`,
      broken: `the last run failed, and so did the way back: ${detail ?? "no reason recorded"}`,
      unfinished: "the last run was cut off",
    })[reason],
  silent: ({ why, detail, lastRunAt }) =>
    ({
      unreachable: `cannot be asked: ${detail ?? ""}`,
      "no-run": lastRunAt === undefined ? "has never had a run" : `no run since ${lastRunAt.slice(0, 10)}`,
      unfinished: `its last run, of ${lastRunAt?.slice(0, 10)}, was cut off`,
    })[why],
  allHosts: (count) => `all ${count} hosts`,
  otherRelease: (hosts) => `Of another release than the data's, so nothing is said of them: ${hosts.join(", ")}.`,
  unjudged: (count) =>
    `${counted(count, "upgrade", "upgrades")} could not be judged: the version of the source is not known.`,
  noData: "No vulnerability data was given, so CVEs are not known: --vulnerabilities FILE|URL.",
  noAdvisories:
    "No dated list of advisories was given (--advisories FILE|URL): days count from when a host first saw the fix, so they may be more.",
  howCounted:
    "Days count from when a fix was to be had until the host had it, or until this report: from Debian's advisory where one is known, else from when any host of the stack first had the fix before itself. Upgrades outside of patch runs are not known, but what they fixed is not shown as open.",
  outcomes: {
    done: "done",
    refused: "refused",
    "rolled-back": "rolled back",
    broken: "broken",
    unfinished: "unfinished",
  },
  titles: {
    open: "Open, although there is a fix",
    fixed: "Fixed in this time",
    noFix: "No fix yet",
    held: "Packages held back",
    silent: "Hosts that do not report",
    predictions: "What was predicted, and what happened",
    origins: "Where this comes from",
  },
  none: {
    open: "None is known.",
    fixed: "None is known.",
    noFix: "None is known.",
    held: "None.",
    silent: "All report.",
    predictions: "No run began in this time.",
  },
  columns: {
    ...{
      cve: "CVE",
      package: "Source package",
      binary: "Package",
      urgency: "Urgency",
      fixedIn: "Fixed in",
      available: "Fix to be had",
    },
    ...{ exposed: "Exposed", hosts: "Hosts", host: "Host", why: "Why", cves: "CVEs", run: "Run", outcome: "Outcome" },
    ...{ predicted: "Predicted", came: "Came", different: "Different" },
  },
  urgencies: { low: "low", medium: "medium", high: "high", none: "not yet rated" },
  missing: "did not come",
  unexpected: "came unpredicted",
  restart: (unit) => `a restart of ${unit}`,
  reboot: "a reboot",
};

export function reportTexts(language: ReportLanguage): ReportTexts {
  return language === "de" ? german : english;
}
