import type { DataDate } from "../vulnerabilities/origin.js";
import type { PatchReport } from "./patch-report.js";
import type { ReportTexts } from "./report-texts.js";

/** From where and from when a report's knowledge is, and what it does not know, sentence by sentence. */
export function describeOrigins(report: PatchReport, texts: ReportTexts): string[] {
  const { data, advisories, otherRelease, unjudgedUpgrades, until } = report;
  const describe = (kind: "data" | "advisories", { origin, date, dateIs, staleBecause }: DataDate) => {
    const ageDays = Math.max(0, Math.floor((Date.parse(until) - Date.parse(date)) / 86_400_000));
    const words = texts.dated(kind, origin, date.slice(0, 10), dateIs, ageDays);
    return staleBecause === undefined ? words : `${words} ${texts.stale(staleBecause)}`;
  };
  if (data === undefined) return [texts.noData];
  return [
    describe("data", data),
    advisories === undefined ? texts.noAdvisories : describe("advisories", advisories),
    texts.howCounted,
    ...(otherRelease.length > 0 ? [texts.otherRelease(otherRelease)] : []),
    ...(unjudgedUpgrades > 0 ? [texts.unjudged(unjudgedUpgrades)] : []),
  ];
}
