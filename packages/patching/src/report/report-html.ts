import { html, type SafeHtml } from "@remix-run/html-template";
import type { Exposure } from "./exposures.js";
import { groupExposures, groupUnfixed } from "./grouped.js";
import { describeOrigins } from "./origins.js";
import type { PatchReport } from "./patch-report.js";
import { describeDifferences } from "./predictions.js";
import { reportStyle } from "./report-style.js";
import { type ReportLanguage, type ReportTexts, reportTexts } from "./report-texts.js";

/** A report as one page that loads nothing and runs nothing. What varies is escaped by the template. */
export function renderReportHtml(report: PatchReport, language: ReportLanguage): string {
  const texts = reportTexts(language);
  const { summary } = report;
  const headline = texts.headline(report.stack, summary);
  const bad = !summary.judged || summary.openCves + summary.failedRuns + summary.silent > 0;
  const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${headline}</title>
${reportStyle}
</head>
<body>
<h1 class="${bad ? "bad" : "good"}">${headline}</h1>
<p class="period">${texts.period(minute(report.since), minute(report.until))}</p>
${[
  ...(summary.judged ? [] : [html`<p class="bad">${texts.noData}</p>`]),
  ...(summary.judged ? renderCves(report, texts) : []),
  renderHeldBack(report, texts),
  renderSilent(report, texts),
  renderPredictions(report, texts),
]}
<h2>${texts.titles.origins}</h2>
<ul class="soft">${describeOrigins(report, texts).map((line) => html`<li>${line}</li>`)}</ul>
</body>
</html>
`;
  return String(page);
}

function renderCves({ exposures, noFixYet, summary }: PatchReport, texts: ReportTexts): SafeHtml[] {
  const { columns, titles, none } = texts;
  const { judgedHosts } = summary;
  const listed = (hosts: readonly string[]) =>
    hosts.length > 3 && hosts.length === judgedHosts ? texts.allHosts(judgedHosts) : hosts.join(", ");
  const table = (title: string, empty: string, state: Exposure["state"]) => {
    const of = exposures.filter((exposure) => exposure.state === state);
    const header = [
      ...[columns.cve, columns.package, columns.urgency, columns.fixedIn, columns.available],
      ...[columns.exposed],
    ];
    const rows = groupExposures(of).map(({ first, stretches }) => [
      html`<span class="key">${first.cve}</span>`,
      ...[first.source, html`<span class="${first.urgency ?? ""}">${texts.urgencies[first.urgency ?? "none"]}</span>`],
      ...[first.fixedIn ?? "", texts.available(first.available)],
      html`<div>${stretches.map(
        ({ days, hosts }) => html`<p>${texts.days(days, first.available?.from)}: ${listed(hosts)}</p>`,
      )}</div>`,
    ]);
    return renderSection(`${title} (${new Set(of.map(({ cve }) => cve)).size})`, empty, header, rows);
  };
  const unfixed = groupUnfixed(noFixYet).map(({ source, hosts, cves }) => [
    html`<span class="key">${source}</span>`,
    ...[html`<div>${cves.map((cve) => html`<span class="id">${cve}</span> `)}</div>`, listed(hosts)],
  ]);
  const noFixTitle = `${titles.noFix} (${new Set(noFixYet.map(({ cve }) => cve)).size})`;
  return [
    table(titles.open, none.open, "open"),
    table(titles.fixed, none.fixed, "fixed"),
    renderSection(noFixTitle, none.noFix, [columns.package, columns.cves, columns.hosts], unfixed),
  ];
}

function renderHeldBack({ heldBack }: PatchReport, texts: ReportTexts): SafeHtml {
  const { columns, titles, none } = texts;
  const rows = heldBack.map((held) => [html`<span class="key">${held.host}</span>`, held.name, texts.reason(held)]);
  return renderSection(
    `${titles.held} (${heldBack.length})`,
    none.held,
    [columns.host, columns.binary, columns.why],
    rows,
  );
}

function renderSilent({ silentHosts }: PatchReport, texts: ReportTexts): SafeHtml {
  const { columns, titles, none } = texts;
  const rows = silentHosts.map((host) => [html`<span class="key">${host.host}</span>`, texts.silent(host)]);
  return renderSection(`${titles.silent} (${silentHosts.length})`, none.silent, [columns.host, columns.why], rows);
}

function renderPredictions({ predictions }: PatchReport, texts: ReportTexts): SafeHtml {
  const { columns, titles, none } = texts;
  const rows = predictions.map((prediction) => {
    const { host, startedAt, occurrence, snapshot, outcome, cause, predicted, came } = prediction;
    return [
      html`<span class="key">${host}</span>`,
      `${minute(startedAt)} ${occurrence}${snapshot === undefined ? "" : `, snapshot ${snapshot}`}`,
      html`<div class="${outcome === "done" ? "" : "bad"}">${texts.outcomes[outcome] ?? outcome}${cause === undefined ? "" : `: ${cause}`}</div>`,
      ...[String(predicted), String(came)],
      html`<div>${describeDifferences(prediction, texts).map((line) => html`<p>${line}</p>`)}</div>`,
    ];
  });
  const header = [columns.host, columns.run, columns.outcome, columns.predicted, columns.came, columns.different];
  return renderSection(`${titles.predictions} (${predictions.length})`, none.predictions, header, rows);
}

function renderSection(
  title: string,
  empty: string,
  header: readonly string[],
  rows: readonly (readonly (SafeHtml | string)[])[],
): SafeHtml {
  if (rows.length === 0)
    return html`<h2>${title}</h2>
<p class="none">${empty}</p>
`;
  return html`<h2>${title}</h2>
<table>
<thead><tr>${header.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (cells) => html`<tr>${cells.map((cell, index) => html`<td data-label="${header[index]}">${cell}</td>`)}</tr>
`,
)}</tbody>
</table>
`;
}

/** An instant to the minute, in UTC as everywhere in the journals. */
function minute(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
