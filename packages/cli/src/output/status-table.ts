import { renderRam } from "@allmende/model";
import type { Answer } from "../live/answer.js";
import type { ServiceRow } from "../live/status.js";
import type { Styles } from "./style.js";
import { renderTable, renderUptime, renderUsed } from "./table.js";

/** The table of `status`. */
export function renderStatusTable(rows: readonly ServiceRow[], style: Styles): string {
  const header = ["MEMBER", "SERVICE", "HOST", "RAM", "STATE", "RESTARTS", "OOM KILLS", "UPTIME", "URL"];
  return renderTable(
    header,
    rows.map((row) => [
      ...common(row, style),
      count(row.restarts, style),
      count(row.oomKills, style),
      uptime(row),
      row.url ?? "",
    ]),
    {
      style,
      right: ["RAM", "RESTARTS", "OOM KILLS", "UPTIME"],
    },
  );
}

/** The table that the demo ends with: what each service answered. */
export function renderAnswerTable(
  rows: readonly (ServiceRow & { readonly answer?: Answer | undefined })[],
  style: Styles,
): string {
  const header = ["MEMBER", "SERVICE", "HOST", "RAM", "STATE", "UPTIME", "URL", "ANSWER"];
  const cells = rows.map((row) => {
    const answer = row.answer ? (row.answer.ok ? style.green : style.red)(row.answer.text) : "";
    return [...common(row, style), uptime(row), row.url ?? "", answer];
  });
  return renderTable(header, cells, { style, right: ["RAM", "UPTIME"] });
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
