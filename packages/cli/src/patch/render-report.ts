import {
  describeDifferences,
  describeOrigins,
  groupExposures,
  type PatchReport,
  type ReportTexts,
} from "@allmende/patching";
import type { Styles } from "../output/style.js";
import { renderTable } from "../output/table.js";

/** A report for the terminal: its headline, what a person has to act on, and how it is known. */
export function renderPatchReport(report: PatchReport, texts: ReportTexts, style: Styles): string {
  const { titles, columns, urgencies } = texts;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", style.bold(title), ...lines];
  const open = groupExposures(report.exposures.filter(({ state }) => state === "open")).flatMap(
    ({ first, stretches }) =>
      stretches.map(({ days, hosts }) => [
        ...[first.cve, first.source, urgencies[first.urgency ?? "none"]],
        ...[texts.days(days, first.available?.from), shortened(hosts)],
      ]),
  );
  const header = [columns.cve, columns.package, columns.urgency, columns.exposed, columns.hosts];
  const table = open.length === 0 ? [] : [renderTable(header, open, { style, right: [] }).trimEnd()];
  return `${[
    style.bold(texts.headline(report.stack, report.summary)),
    ...section(titles.open, table),
    ...section(
      titles.held,
      report.heldBack.map((held) => `${held.host}: ${held.name}: ${texts.reason(held)}`),
    ),
    ...section(
      titles.silent,
      report.silentHosts.map((host) => `${host.host}: ${texts.silent(host)}`),
    ),
    ...section(
      titles.predictions,
      report.predictions.flatMap((prediction) => {
        const { host, occurrence, outcome, cause, predicted, came } = prediction;
        const different = describeDifferences(prediction, texts);
        if (outcome === "done" && different.length === 0) return [];
        const words = `${host}: ${occurrence}: ${texts.outcomes[outcome]}, ${columns.predicted} ${predicted}, ${columns.came} ${came}`;
        return [cause === undefined ? words : `${words}: ${cause}`, ...different.map((line) => `  ${line}`)];
      }),
    ),
    ...section(titles.origins, describeOrigins(report, texts)),
  ].join("\n")}\n`;
}

/** A thousand hosts fit on no line. */
function shortened(hosts: readonly string[]): string {
  const most = 8;
  if (hosts.length <= most) return hosts.join(", ");
  return `${hosts.slice(0, most).join(", ")} (+${hosts.length - most})`;
}
