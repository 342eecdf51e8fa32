import type { Language } from "@allmende/model";
import type { TemplateField } from "./template.js";

/** A field's value as somebody reads it: `1,5GiB` in German. */
export function shownValue({ type }: Pick<TemplateField, "type">, value: unknown, language: Language): string {
  const text = String(value);
  return type === "size" && language === "de" ? text.replace(/^(\d+)\.(\d+)/, "$1,$2") : text;
}
