import { describeRam } from "@allmende/model";
import { renderMoney } from "../tariff/price.js";
import { shownValue } from "../template/shown-value.js";
import type { Effect } from "./effect.js";
import { leftOf, type Room } from "./room.js";
import type { RequestTexts } from "./texts.js";
import type { ValueEffect } from "./value-effects.js";

/** How names, words of members and what matters most are marked. */
export interface Markup {
  code(text: string): string;
  plain(text: string): string;
  strong(text: string): string;
}

/** Characters of a value that are shown; all of it stands in the file. */
const longestValue = 100;

/** What an effect is, besides the services: a line each, without the sign of a list. */
export function effectLines(effect: Effect, texts: RequestTexts, markup: Markup): string[] {
  const { code } = markup;
  return [
    ...valueLines(effect, texts, markup),
    ...priceLines(effect, texts, markup),
    ...(effect.level === undefined ? [] : [`${texts.level}: ${code(effect.level)}`]),
    ...effect.rooms.map((room) => `${texts.capacity}: ${roomText(room, texts)}`),
    `${texts.effective(effect.date)}${effect.date < effect.earliest && effect.price?.surcharge !== undefined ? `; ${texts.earliest(effect.earliest)}` : ""}`,
    ...kindLines(effect, texts, markup),
    ...effect.generatedSecrets.map(
      (name) => `${texts.secretsTitle}: ${texts.generated(code(name))}${toldText(effect, name, texts, markup)}`,
    ),
    ...effect.givenSecrets.map((name) => `${texts.secretsTitle}: ${texts.given(code(name))}`),
  ];
}

/** A line for each thing that a change makes different; all fields of what is new, defaults together at the end. */
function valueLines({ change, values, olderImages }: Effect, texts: RequestTexts, { code, plain }: Markup): string[] {
  const shown = (type: ValueEffect["type"], value: unknown) =>
    value === undefined ? texts.none : code(shortened(shownValue({ type }, value, texts.language)));
  const list = (title: string, origin: ValueEffect["origin"]) => {
    const some = values.filter((each) => each.origin === origin);
    const fields = some.map(({ label, type, after }) => `${plain(label[texts.language])} ${shown(type, after)}`);
    return fields.length === 0 ? [] : [`${title}: ${fields.join(", ")}`];
  };
  const changed = values.map(
    ({ label, type, before, after }) =>
      `${plain(label[texts.language])}: ${shown(type, before)} → ${shown(type, after)}`,
  );
  const all = [...list(texts.values, "given"), ...list(texts.defaults, "default"), ...list(texts.openDefaults, "open")];
  return [
    ...(change === "change" ? changed : all),
    ...olderImages.map(({ image, preset }) => texts.olderImage(code(image), code(preset))),
  ];
}

function shortened(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}

/** How the member comes to know a generated secret; empty: it is internal. */
function toldText(
  { toldSecrets, toldBy, member }: Effect,
  name: string,
  texts: RequestTexts,
  { plain }: Markup,
): string {
  const told = toldSecrets.find((each) => each.name === name);
  if (told === undefined) return "";
  const how = { mail: texts.toldByMail, "no-key": texts.toldWithoutKey(member), hostmasters: texts.toldByHostmasters };
  return `; ${plain(told.title[texts.language])}: ${how[toldBy]}`;
}

function priceLines({ price }: Effect, texts: RequestTexts, { strong }: Markup): string[] {
  if (price === undefined) return [];
  const money = (amount: string) => renderMoney(amount, price.currency, texts.language);
  const lines = [
    `${money(price.before)} → ${strong(money(price.after))} ${texts.perMonth}`,
    `${texts.memberPays}: ${money(price.memberBefore)} → ${money(price.memberAfter)} ${texts.perMonth}`,
  ];
  return price.surcharge === undefined
    ? lines
    : [...lines, `${money(price.surcharge)} ${texts.once}: ${texts.surcharge}`];
}

function roomText(room: Room, texts: RequestTexts): string {
  const left = leftOf(room);
  if (room.limitBytes === undefined || left === undefined) return `${room.host}: ${texts.capacityUnknown}`;
  const ram = (bytes: number) => describeRam(bytes, texts.language);
  const shown = left < 0 ? `−${ram(-left)}` : ram(left);
  return texts.capacityLine(room.host, ram(room.soldBytes), ram(room.limitBytes), shown);
}

function kindLines({ kind, reason, override }: Effect, texts: RequestTexts, { plain }: Markup): string[] {
  if (kind === undefined) return [];
  const why =
    override !== undefined
      ? texts.overridden(plain(override.by), plain(override.reason))
      : texts.because(plain(reason?.[texts.language] ?? ""));
  return [`${texts.kindOfWork}: ${texts.kinds[kind]} (${why})`];
}
