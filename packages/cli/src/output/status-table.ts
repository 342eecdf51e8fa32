import { describeRam, renderCount, renderRam } from "@allmende/model";
import type { Answer } from "../live/answer.js";
import type { PricedRow, Pricing } from "../live/prices.js";
import type { ServiceRow } from "../live/status.js";
import type { Styles } from "./style.js";
import { renderTable, renderUptime, renderUsed } from "./table.js";

/** The table of `status`; with what each service costs in a month where there is a tariff. */
export function renderStatusTable(rows: readonly PricedRow[], style: Styles, pricing?: Pricing): string {
  const header = ["MEMBER", "SERVICE", "HOST", "RAM", "STATE", "RESTARTS", "OOM KILLS", "UPTIME", "URL"];
  const cells = rows.map((row) => [
    ...common(row, style),
    count(row.restarts, style),
    count(row.oomKills, style),
    uptime(row),
    row.url ?? "",
  ]);
  return renderPriced(header, cells, rows, style, pricing);
}

/** The table that the demo ends with: what each service answered. */
export function renderAnswerTable(
  rows: readonly (PricedRow & { readonly answer?: Answer | undefined })[],
  style: Styles,
  pricing?: Pricing,
): string {
  const header = ["MEMBER", "SERVICE", "HOST", "RAM", "STATE", "UPTIME", "URL", "ANSWER"];
  const cells = rows.map((row) => {
    const answer = row.answer ? (row.answer.ok ? style.green : style.red)(row.answer.text) : "";
    return [...common(row, style), uptime(row), row.url ?? "", answer];
  });
  return renderPriced(header, cells, rows, style, pricing);
}

/** `8 services, 704 MiB of RAM, €2.76 a month` */
export function renderTotal(rows: readonly PricedRow[], pricing: Pricing): string {
  const ramBytes = rows.reduce((sum, row) => sum + row.ramBytes, 0);
  return `${renderCount(rows.length, "service", "services")}, ${describeRam(ramBytes)} of RAM, ${pricing.renderSum(rows)} a month\n`;
}

const numbers = ["RAM", "A MONTH", "RESTARTS", "OOM KILLS", "UPTIME"];

function renderPriced(
  header: readonly string[],
  cells: readonly (readonly string[])[],
  rows: readonly PricedRow[],
  style: Styles,
  pricing: Pricing | undefined,
): string {
  if (pricing === undefined) return renderTable(header, cells, { style, right: numbers });
  const after = header.indexOf("RAM") + 1;
  const priced = cells.map((line, index) => line.toSpliced(after, 0, pricing.render(rows[index]?.price)));
  return renderTable(header.toSpliced(after, 0, "A MONTH"), priced, { style, right: numbers });
}

function common(row: ServiceRow, style: Styles): string[] {
  const color = row.ok ? style.green : row.state === "starting" ? style.yellow : style.red;
  return [row.member, row.service, row.host, renderRamCell(row), color(row.state)];
}

/** `12/64 MiB`: used of allocated; a limit other than the declared one is drift, and said. */
export function renderRamCell(row: Pick<ServiceRow, "ramUsedBytes" | "ramBytes" | "ramLimitBytes">): string {
  const used = row.ramUsedBytes === undefined ? "-" : renderUsed(row.ramUsedBytes);
  const drifted = row.ramLimitBytes !== undefined && row.ramLimitBytes !== row.ramBytes;
  return `${used}/${renderUsed(row.ramBytes)} MiB${drifted ? ` (limit is ${renderRam(row.ramLimitBytes ?? 0)})` : ""}`;
}

function uptime(row: ServiceRow): string {
  return row.uptimeSeconds === undefined ? "" : renderUptime(row.uptimeSeconds);
}

function count(value: number | undefined, style: Styles): string {
  if (value === undefined) return "";
  return value > 0 ? style.yellow(String(value)) : "0";
}
