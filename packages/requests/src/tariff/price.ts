import type { Language, TariffSpec } from "@allmende/model";
import Big from "big.js";

const gib = 1024 ** 3;

/** What RAM and service level cost in a month: an exact amount, rounded half up to the currency's smallest coin. */
export function monthlyPrice(tariff: TariffSpec, ramBytes: number, level: string | undefined): Big {
  const forLevel = tariff.levels.find(({ name }) => name === level)?.price ?? "0";
  const forRam = new Big(tariff.ramPrice).times(ramBytes).div(gib);
  return rounded(forRam.plus(forLevel), tariff.currency);
}

/** What an amount of work costs by the hour; undefined: its kind is not billed by effort. */
export function effortPrice(
  tariff: TariffSpec,
  kind: keyof TariffSpec["hourlyRates"],
  minutes: number,
): Big | undefined {
  const rate = tariff.hourlyRates[kind];
  return rate === undefined ? undefined : rounded(new Big(rate).times(minutes).div(60), tariff.currency);
}

export function sumOf(amounts: readonly (Big | string)[]): Big {
  return amounts.reduce<Big>((sum, amount) => sum.plus(amount), new Big(0));
}

/** `4,50 €` or `€4.50`. */
export function renderMoney(amount: Big | string, currency: string, language: Language): string {
  const text = new Big(amount).toFixed(digitsOf(currency));
  const format = new Intl.NumberFormat(language === "de" ? "de-DE" : "en-GB", { style: "currency", currency });
  // Given as text, no float comes between.
  return format.format(text as Intl.StringNumericLiteral).replace(/\u00a0/g, " ");
}

/** `4.50`: for programs. */
export function exactMoney(amount: Big, currency: string): string {
  return amount.toFixed(digitsOf(currency));
}

function rounded(amount: Big, currency: string): Big {
  return amount.round(digitsOf(currency), Big.roundHalfUp);
}

function digitsOf(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
