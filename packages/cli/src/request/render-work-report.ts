import { renderCount } from "@allmende/model";
import { renderMoney, type WorkReport } from "@allmende/requests";

/** In words, a line for each thing; hours to one decimal. */
export function renderWorkReport(report: WorkReport): string {
  const { plannable, unplanned, currency } = report;
  const total = plannable.requests + unplanned.requests;
  const share = total === 0 ? 0 : Math.round((plannable.requests / total) * 100);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const sized = ({ requests, minutes }: { requests: number; minutes: number }) =>
    `${renderCount(requests, "request")}, ${hours(minutes)}`;
  const lines = [
    `${day(report.fromMs)} to ${day(report.toMs)}: ${share}% of ${renderCount(total, "request")} plannable`,
    `plannable: ${sized(plannable)}`,
    `unplanned: ${sized(unplanned)}`,
    ...Object.entries(report.kinds).map(([kind, amount]) => `  ${kind}: ${sized(amount)}`),
    ...report.misfiled.map(
      ({ id, byRule, kind, by, reason }) =>
        `misfiled: ${id} is ${kind ?? "nothing"}, by rule ${byRule ?? "nothing"} (${by}: ${reason})`,
    ),
    ...report.displaced.map(
      ({ block, startMs, minutes, by }) =>
        `displaced: ${hours(minutes)} of ${block} on ${day(startMs)} by ${by.join(", ")}`,
    ),
    ...report.deviations.map(
      ({ id, estimateMinutes, minutes, percent }) =>
        `deviation: ${id} took ${hours(minutes)}, estimated ${hours(estimateMinutes)} (${percent > 0 ? "+" : ""}${percent}%)`,
    ),
    ...report.billed.map(
      ({ id, member, kind, minutes, amount }) =>
        `billed: ${id} (${member}, ${kind}): ${hours(minutes)}, ${renderMoney(amount, currency ?? "EUR", "en")}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function hours(minutes: number): string {
  return `${(minutes / 60).toFixed(1)} h`;
}
