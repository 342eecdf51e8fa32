import { describeRam, type Finding } from "@allmende/model";
import type { CheckResult } from "./check-requests.js";
import type { Effect } from "./effect.js";
import { effectLines, type Markup } from "./effect-lines.js";
import { type RemovedRequest, removedLines } from "./removed-requests.js";
import type { RequestTexts } from "./texts.js";

/** The result as Markdown: the comment on a change, and readable as it is in a file, where signs need no escape. */
export function renderCheck(
  { findings, effects, approvals, removed = [] }: CheckResult & { readonly removed?: readonly RemovedRequest[] },
  texts: RequestTexts,
  medium: "comment" | "file" = "comment",
): string {
  if (effects.length + findings.length + removed.length === 0) return `${texts.nothing}\n`;
  const parts = [
    ...(findings.length === 0 ? [] : [`**${texts.notOk}**\n\n${findings.map(renderProblem).join("\n")}`]),
    ...(effects.length === 0 ? [] : [`## ${texts.title}`]),
    ...effects.map((effect) => renderEffect(effect, texts)),
    ...removedLines(removed, texts, markdown),
    ...(findings.length === 0 ? [`${texts.ok} ${texts.approvalsNeeded(approvals)}`] : []),
  ];
  const text = `${parts.join("\n\n")}\n`;
  return medium === "comment" ? text : text.replaceAll(/&#(\d{2,3});/g, (_, point) => String.fromCodePoint(point));
}

function renderProblem({ file, line, column, path, message }: Finding): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const field = path.length === 0 ? "" : ` ${code(path.join("."))}`;
  const where = `${place === "" ? "" : code(place)}${field}`.trim();
  return `- ${where === "" ? "" : `${where}: `}${plain(message)}`;
}

function renderEffect(effect: Effect, texts: RequestTexts): string {
  const { service, title, change, member } = effect;
  const heading = `### ${code(title ?? service ?? effect.id)} (${texts.changes[change]}, ${plain(member)})`;
  const parts = [heading, renderServices(effect, texts), renderLines(effect, texts)];
  return parts.filter((part) => part !== "").join("\n\n");
}

function renderServices({ services }: Effect, { columns, none, language }: RequestTexts): string {
  if (services.length === 0) return "";
  const ram = (bytes: number | undefined) => (bytes === undefined ? none : describeRam(bytes, language));
  const rows = services.map((each) => [
    code(each.service),
    code(each.host),
    ram(each.ramBeforeBytes),
    ram(each.ramAfterBytes),
  ]);
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const head = [columns.service, columns.host, columns.before, columns.after];
  return [row(head), "| --- | --- | ---: | ---: |", ...rows.map(row)].join("\n");
}

function renderLines(effect: Effect, texts: RequestTexts): string {
  return effectLines(effect, texts, markdown)
    .map(({ label, text }) => `- ${label === undefined ? "" : `${label}: `}${text}`)
    .join("\n");
}

const markdown: Markup = { code, plain, strong: (text) => `**${text}**` };

/** What members wrote stays text: no link, picture, mention or markup of theirs stands in a comment of ours. */
function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/[\\`*_[\]<>#|!&~@]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

function code(text: string): string {
  return `\`${text.replaceAll(/[`\p{Cc}\u2028\u2029|]+/gu, " ")}\``;
}
