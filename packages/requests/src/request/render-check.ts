import { describeRam, type Finding } from "@allmende/model";
import { renderMoney } from "../tariff/price.js";
import type { CheckResult } from "./check-requests.js";
import type { Effect } from "./effect.js";
import { leftOf, type Room } from "./room.js";
import type { RequestTexts } from "./texts.js";

/** The result as Markdown: the comment on a change, and readable as it is on a terminal, where signs need no escape. */
export function renderCheck(
  { findings, effects, approvals }: CheckResult,
  texts: RequestTexts,
  medium: "comment" | "terminal" = "comment",
): string {
  if (effects.length === 0 && findings.length === 0) return `${texts.nothing}\n`;
  const parts = [
    ...(findings.length === 0 ? [] : [`**${texts.notOk}**\n\n${findings.map(renderProblem).join("\n")}`]),
    ...(effects.length === 0 ? [] : [`## ${texts.title}`]),
    ...effects.map((effect) => renderEffect(effect, texts)),
    ...(findings.length === 0 ? [`${texts.ok} ${texts.approvalsNeeded(approvals)}`] : []),
  ];
  const markdown = `${parts.join("\n\n")}\n`;
  return medium === "comment"
    ? markdown
    : markdown.replaceAll(/&#(\d{2,3});/g, (_, point) => String.fromCodePoint(point));
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
  return [
    ...renderPrice(effect, texts),
    ...(effect.level === undefined ? [] : [`${texts.level}: ${code(effect.level)}`]),
    ...effect.rooms.map((room) => `${texts.capacity}: ${renderRoom(room, texts)}`),
    `${texts.effective(effect.date)}${effect.date < effect.earliest && effect.price?.surcharge !== undefined ? `; ${texts.earliest(effect.earliest)}` : ""}`,
    ...renderKind(effect, texts),
    ...effect.generatedSecrets.map(
      (name) => `${texts.secretsTitle}: ${texts.generated(code(name))}${renderTold(effect, name, texts)}`,
    ),
    ...effect.givenSecrets.map((name) => `${texts.secretsTitle}: ${texts.given(code(name))}`),
  ]
    .map((line) => `- ${line}`)
    .join("\n");
}

/** How the member comes to know a generated secret; empty: it is internal. */
function renderTold({ toldSecrets, toldBy, member }: Effect, name: string, texts: RequestTexts): string {
  const told = toldSecrets.find((each) => each.name === name);
  if (told === undefined) return "";
  const how = { mail: texts.toldByMail, "no-key": texts.toldWithoutKey(member), hostmasters: texts.toldByHostmasters };
  return `; ${plain(told.title[texts.language])}: ${how[toldBy]}`;
}

function renderPrice({ price }: Effect, texts: RequestTexts): string[] {
  if (price === undefined) return [];
  const money = (amount: string) => renderMoney(amount, price.currency, texts.language);
  const lines = [
    `${money(price.before)} → **${money(price.after)}** ${texts.perMonth}`,
    `${texts.memberPays}: ${money(price.memberBefore)} → ${money(price.memberAfter)} ${texts.perMonth}`,
  ];
  return price.surcharge === undefined
    ? lines
    : [...lines, `${money(price.surcharge)} ${texts.once}: ${texts.surcharge}`];
}

function renderRoom(room: Room, texts: RequestTexts): string {
  const left = leftOf(room);
  if (room.limitBytes === undefined || left === undefined) return `${room.host}: ${texts.capacityUnknown}`;
  const ram = (bytes: number) => describeRam(bytes, texts.language);
  const shown = left < 0 ? `−${ram(-left)}` : ram(left);
  return texts.capacityLine(room.host, ram(room.soldBytes), ram(room.limitBytes), shown);
}

function renderKind({ kind, reason, override }: Effect, texts: RequestTexts): string[] {
  if (kind === undefined) return [];
  const why =
    override !== undefined
      ? texts.overridden(plain(override.by), plain(override.reason))
      : texts.because(plain(reason?.[texts.language] ?? ""));
  return [`${texts.kindOfWork}: ${texts.kinds[kind]} (${why})`];
}

/** What members wrote stays text: no link, picture, mention or markup of theirs stands in a comment of ours. */
function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/[\\`*_[\]<>#|!&~@]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

function code(text: string): string {
  return `\`${text.replaceAll(/[`\p{Cc}\u2028\u2029|]+/gu, " ")}\``;
}
