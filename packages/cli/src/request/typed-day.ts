import type { Language } from "@allmende/model";

/** A day as it stands in files, from what somebody types: in German `30.11.2026` is `2026-11-30`. Undefined: no day of the calendar. */
export function parseTypedDay(text: string, language: Language): string | undefined {
  const [, day = "", month = "", year = ""] = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/.exec(text) ?? [];
  const written = language === "de" && year !== "" ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : text;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return undefined;
  const date = new Date(`${written}T00:00Z`);
  // The 30th of February would become a day of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(written) ? written : undefined;
}
