import type { Language } from "@allmende/model";
import type { TemplateField } from "@allmende/requests";

/**
 * An amount as it stands in files, from what somebody types: in German `1,5 GiB` is `1.5GiB`. Anything else stays as it is. Only for what is typed: in a
 * file a comma is a mistake.
 */
export function withDecimalPoint({ type }: Pick<TemplateField, "type">, text: string, language: Language): string {
  if (type !== "size" || language !== "de") return text;
  const [, whole, fraction, unit] = /^(\d+)(?:,(\d+))?\s?([KMGT]iB)$/.exec(text) ?? [];
  if (whole === undefined) return text;
  return fraction === undefined ? `${whole}${unit}` : `${whole}.${fraction}${unit}`;
}

/** A hint about an amount as somebody types it: in German `1,5GiB` for `1.5GiB`. */
export function withTypedAmounts(hint: string, language: Language): string {
  return language === "de" ? hint.replaceAll(/(\d)\.(\d+)(?=\s?[KMGT]iB)/g, "$1,$2") : hint;
}
