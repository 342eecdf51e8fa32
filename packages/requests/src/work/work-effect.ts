import { renderDuration, type TariffSpec, type WorkKind } from "@allmende/model";
import type { RequestedInventory } from "../request/inventory.js";
import type { WorkRequest } from "../request/request.js";
import type { WorkTexts } from "../request/texts-work.js";
import { effortPrice, exactMoney, renderMoney } from "../tariff/price.js";
import { classify } from "./classify.js";

/** What work costs, in exact amounts: once, or by the hour, `estimated` for what is estimated. */
export type WorkPrice =
  | { readonly by: "fixed-price"; readonly currency: string; readonly amount: string }
  | {
      readonly by: "effort";
      readonly currency: string;
      readonly hour: string;
      /** Undefined: there is no estimate. */
      readonly estimated: string | undefined;
    }
  /** The tariff has no rate for this kind of work. */
  | { readonly by: "nothing" };

/** What is to be done, by when, and what it costs. */
export interface WorkEffect {
  readonly description: string | undefined;
  readonly estimateMinutes: number | undefined;
  /** Day: `2026-12-24`. */
  readonly targetDate: string | undefined;
  /** Spent so far. */
  readonly effortMinutes: number;
  readonly done: boolean;
  /** Undefined: there is no tariff, or nobody knows what kind of work it is. */
  readonly price: WorkPrice | undefined;
}

export function workEffectOf(
  request: WorkRequest,
  kind: WorkKind | undefined,
  tariff: TariffSpec | undefined,
): WorkEffect {
  const { description, estimateSeconds, targetDate, effort, done } = request;
  const estimateMinutes = estimateSeconds === undefined ? undefined : estimateSeconds / 60;
  return {
    ...{ description, estimateMinutes, targetDate, done },
    effortMinutes: effort.reduce((sum, { minutes }) => sum + minutes, 0),
    price: tariff === undefined ? undefined : priceOf(request.fixedPrice, kind, tariff, estimateMinutes),
  };
}

function priceOf(
  amount: string | undefined,
  kind: WorkKind | undefined,
  tariff: TariffSpec,
  estimateMinutes: number | undefined,
): WorkPrice | undefined {
  const { currency } = tariff;
  if (amount !== undefined) return { by: "fixed-price", currency, amount };
  if (kind === undefined) return undefined;
  const hour = effortPrice(tariff, kind, 60);
  if (hour === undefined) return { by: "nothing" };
  const estimated = estimateMinutes === undefined ? undefined : effortPrice(tariff, kind, estimateMinutes);
  return {
    ...{ by: "effort", currency, hour: exactMoney(hour, currency) },
    estimated: estimated && exactMoney(estimated, currency),
  };
}

interface WorkLine {
  readonly label: string;
  readonly text: string;
}

/** What an effect says of work. `plain`: how words of members are written; `strong`: how what matters most is. */
export function workLines(
  { service, work }: { readonly service: string | undefined; readonly work: WorkEffect | undefined },
  texts: WorkTexts,
  { code, plain, strong }: Record<"code" | "plain" | "strong", (text: string) => string>,
): WorkLine[] {
  if (work === undefined) return [];
  const { description, estimateMinutes, targetDate, effortMinutes, done, price } = work;
  const time = (minutes: number) => renderDuration(minutes * 60).replace(/(\d)([a-z])/, "$1 $2");
  const line = (label: string, text: string | undefined) => (text === undefined ? [] : [{ label, text }]);
  return [
    ...line(texts.about, service && code(service)),
    ...line(texts.description, description && plain(shortened(description.trim()))),
    ...line(texts.estimate, estimateMinutes === undefined ? undefined : time(estimateMinutes)),
    ...line(texts.price, price && priceText(price, texts, strong)),
    ...line(texts.targetDate, targetDate),
    ...line(texts.effort, effortMinutes === 0 ? undefined : time(effortMinutes)),
    ...line(texts.state, done ? texts.done : undefined),
  ];
}

function priceText(price: WorkPrice, texts: WorkTexts, strong: (text: string) => string): string {
  if (price.by === "nothing") return texts.notBilled;
  const money = (amount: string) => strong(renderMoney(amount, price.currency, texts.language));
  if (price.by === "fixed-price") return texts.fixedPrice(money(price.amount));
  const { hour, estimated } = price;
  return texts.byEffort(money(hour), estimated === undefined ? undefined : money(estimated));
}

/** All of it stands in the file. */
function shortened(text: string): string {
  const most = 300;
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** What there is to say of a request of work, a line each: for whoever looks at it alone. */
export function describeWork(
  request: WorkRequest,
  { work, tariff, applications, ended }: Pick<RequestedInventory, "work" | "tariff" | "applications" | "ended">,
  texts: WorkTexts,
): string[] {
  const { service = "" } = request;
  const template = (applications.get(service) ?? ended.get(service))?.template;
  const { kind } = classify(request, work?.rules ?? [], template);
  const effect = { service: request.service, work: workEffectOf(request, kind, tariff) };
  const lines = workLines(effect, texts, { code: oneLine, plain: oneLine, strong: oneLine });
  return [
    ...(kind === undefined ? [] : [`${texts.kind}: ${kind}`]),
    ...lines.map(({ label, text }) => `${label}: ${text}`),
  ];
}

/** What members wrote moves no cursor and colours nothing. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
