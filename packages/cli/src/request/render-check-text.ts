import { describeRam } from "@allmende/model";
import {
  type CheckResult,
  type Effect,
  effectLines,
  type RemovedRequest,
  type RequestTexts,
  removedLines,
} from "@allmende/requests";
import { renderFinding } from "../output/findings.js";
import type { Styles } from "../output/style.js";
import { renderTable } from "../output/table.js";

/** As `renderCheck`, for somebody at a terminal: the same words without Markdown, in columns. */
export function renderCheckText(
  { findings, effects, approvals, removed = [] }: CheckResult & { readonly removed?: readonly RemovedRequest[] },
  texts: RequestTexts,
  style: Styles,
): string {
  if (effects.length + findings.length + removed.length === 0) return `${texts.nothing}\n`;
  const problems = findings.map((finding) => `  ${oneLine(renderFinding(finding))}`);
  const parts = [
    ...(findings.length === 0 ? [] : [[style.red(texts.notOk), ...problems].join("\n")]),
    ...effects.map((effect) => renderEffect(effect, texts, style)),
    ...removedLines(removed, texts, { code: oneLine, plain: oneLine }),
    ...(findings.length === 0 ? [`${style.green(texts.ok)} ${texts.approvalsNeeded(approvals)}`] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

function renderEffect(effect: Effect, texts: RequestTexts, style: Styles): string {
  const { service, title, change, member } = effect;
  const heading = `${style.bold(oneLine(title ?? service ?? effect.id))} (${texts.changes[change]}, ${oneLine(member)})`;
  const lines = effectLines(effect, texts, { code: oneLine, plain: oneLine, strong: style.bold });
  const width = Math.max(...lines.map(({ label = "" }) => label.length));
  const columns = lines.map(({ label = "", text }) => `  ${label.padEnd(width)}  ${text}`);
  return [heading, ...renderServices(effect, texts, style), columns.join("\n")].join("\n\n");
}

function renderServices({ services }: Effect, { columns, none, language }: RequestTexts, style: Styles): string[] {
  if (services.length === 0) return [];
  const ram = (bytes: number | undefined) => (bytes === undefined ? none : describeRam(bytes, language));
  const rows = services.map((each) => [each.service, each.host, ram(each.ramBeforeBytes), ram(each.ramAfterBytes)]);
  const { service, host, before, after } = columns;
  const table = renderTable([service, host, before, after], rows, { style, right: [before, after] });
  return [table.trimEnd().replaceAll(/^/gm, "  ")];
}

/** What members wrote moves no cursor and colours nothing. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
