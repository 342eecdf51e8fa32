import { describeRam } from "@allmende/model";
import { renderMoney } from "../tariff/price.js";
import { shownValue } from "../template/shown-value.js";
import { workLines } from "../work/work-effect.js";
import type { Effect } from "./effect.js";
import { leftOf, type Room } from "./room.js";
import type { RequestTexts } from "./texts.js";
import { orderTexts } from "./texts-order.js";
import { workTexts } from "./texts-work.js";
import type { ValueEffect } from "./value-effects.js";

/** How names, words of members and what matters most are marked. */
export interface Markup {
  code(text: string): string;
  plain(text: string): string;
  strong(text: string): string;
}

/** Characters of a value that are shown; all of it stands in the file. */
const longestValue = 100;

/** A line about an effect: what it is about, and what is to be said. Without a label it goes on with the line before. */
export interface EffectLine {
  readonly label?: string | undefined;
  readonly text: string;
}

/** What an effect is, besides the services. */
export function effectLines(effect: Effect, texts: RequestTexts, markup: Markup): EffectLine[] {
  const { code } = markup;
  const isSurcharged = effect.date < effect.earliest && effect.price?.surcharge !== undefined;
  const ofWork = workTexts[texts.language];
  const effective = `${texts.effective(effect.date)}${isSurcharged ? `; ${texts.earliest(effect.earliest)}` : ""}`;
  const start = effect.change === "work" ? ofWork.planned(effect.date) : effective;
  return [
    ...workLines(effect, ofWork, markup),
    ...valueLines(effect, texts, markup),
    ...keptLines(effect, texts, markup),
    ...priceLines(effect, texts, markup),
    ...(effect.level === undefined ? [] : [{ label: texts.level, text: code(effect.level) }]),
    ...effect.rooms.map((room) => ({ label: texts.capacity, text: roomText(room, texts) })),
    { label: texts.start, text: start },
    ...laterLines(effect, texts, markup),
    ...kindLines(effect, texts, markup),
    ...effect.generatedSecrets.map((name) => ({
      label: texts.secretsTitle,
      text: `${texts.generated(code(name))}${toldText(effect, name, texts, markup)}`,
    })),
    ...effect.givenSecrets.map((name) => ({ label: texts.secretsTitle, text: texts.given(code(name)) })),
  ];
}

/** A line for each thing that a change makes different; all fields of what is new, defaults together at the end. */
export function valueLines(
  { change, values, olderImages }: Effect,
  texts: RequestTexts,
  { code, plain }: Markup,
): EffectLine[] {
  const shown = (type: ValueEffect["type"], value: unknown) =>
    value === undefined ? texts.none : code(shortened(shownValue({ type }, value, texts.language)));
  const list = (label: string, origin: ValueEffect["origin"]) => {
    const some = values.filter((each) => each.origin === origin);
    const fields = some.map((each) => `${plain(each.label[texts.language])} ${shown(each.type, each.after)}`);
    return fields.length === 0 ? [] : [{ label, text: fields.join(", ") }];
  };
  const changed = values.map(({ label, type, before, after }) => ({
    label: plain(label[texts.language]),
    text: `${shown(type, before)} → ${shown(type, after)}`,
  }));
  const all = [...list(texts.values, "given"), ...list(texts.defaults, "default"), ...list(texts.openDefaults, "open")];
  return [
    ...(change === "change" ? changed : all),
    ...olderImages.map(({ image, preset }) => ({
      label: texts.note,
      text: texts.olderImage(code(image), code(preset)),
    })),
  ];
}

/** What others that were accepted make of it on later days. */
function laterLines({ later, service = "" }: Effect, texts: RequestTexts, { code, plain }: Markup): EffectLine[] {
  const order = orderTexts[texts.language];
  return later.flatMap(({ change, date, request, sets }) => {
    if (change === "end") return [{ label: texts.note, text: order.ends(date, code(request), code(service)) }];
    return sets.map(({ name, field, value }) => {
      const label = field === undefined ? (order.fields[name] ?? code(name)) : plain(field.label[texts.language]);
      const shown = shownValue({ type: field?.type ?? "text" }, value, texts.language);
      const text =
        value === null
          ? order.setsToDefault(date, code(request), label)
          : order.sets(date, code(request), label, code(shortened(shown)));
      return { label: texts.note, text };
    });
  });
}

/** What outlives a service, a line for each host. */
export function keptLines({ keptVolumes }: Effect, texts: RequestTexts, { code }: Markup): EffectLine[] {
  const hosts = [...new Set(keptVolumes.map(({ host }) => host))];
  return hosts.map((host) => {
    const kept = keptVolumes.filter((each) => each.host === host);
    const names = kept.map(({ service, volume }) => code(`${service}-${volume}`));
    return { label: texts.data, text: texts.dataStay(names, code(host)) };
  });
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

export function priceLines({ price }: Effect, texts: RequestTexts, { strong }: Markup): EffectLine[] {
  if (price === undefined) return [];
  const money = (amount: string) => renderMoney(amount, price.currency, texts.language);
  const { before, after, memberBefore, memberAfter, surcharge } = price;
  return [
    { label: texts.price, text: `${money(before)} → ${strong(money(after))} ${texts.perMonth}` },
    ...(surcharge === undefined ? [] : [{ text: `${money(surcharge)} ${texts.once}: ${texts.surcharge}` }]),
    { label: texts.memberPays, text: `${money(memberBefore)} → ${money(memberAfter)} ${texts.perMonth}` },
  ];
}

function roomText(room: Room, texts: RequestTexts): string {
  const left = leftOf(room);
  if (room.limitBytes === undefined || left === undefined) return `${room.host}: ${texts.capacityUnknown}`;
  const ram = (bytes: number) => describeRam(bytes, texts.language);
  const shown = left < 0 ? `−${ram(-left)}` : ram(left);
  return texts.capacityLine(room.host, ram(room.soldBytes), ram(room.limitBytes), shown);
}

function kindLines({ kind, reason, override }: Effect, texts: RequestTexts, { plain }: Markup): EffectLine[] {
  if (kind === undefined) return [];
  const why =
    override !== undefined
      ? texts.overridden(plain(override.by), plain(override.reason))
      : texts.because(plain(reason?.[texts.language] ?? ""));
  return [{ label: texts.kindOfWork, text: `${texts.kinds[kind]} (${why})` }];
}
