import * as z from "zod";
import type { BlackoutSpec } from "./patch-window.js";
import { feedSchema } from "./patch-window-feeds.js";
import { parseWallDate, wallDatePattern } from "./patch-window-values.js";
import { checkedText, closedObject, parsedText } from "./schema-tools.js";

const day = (title: string, description: string) =>
  parsedText(parseWallDate, { title, description, examples: ["2026-12-24"], pattern: wallDatePattern });

/** Where a window may find a calendar. */
export const calendarFilePattern = "^(blackouts/)?[A-Za-z0-9][A-Za-z0-9._-]*\\.ics$";

const calendarFile = checkedText((file) =>
  new RegExp(calendarFilePattern).test(file)
    ? undefined
    : "must be an ICS file beside windows.yaml or in blackouts/, such as blackouts/holidays.ics",
).meta({
  title: "Calendar",
  description: "ICS file beside windows.yaml or in blackouts/; each of its events is a time without patching",
  examples: ["blackouts/holidays.ics"],
  pattern: calendarFilePattern,
});

/** A blackout as it is written: a day, days from and to, or a calendar. */
const blackoutSchema = z.union(
  [
    day("Day", "A day without patching"),
    closedObject({
      from: day("From", "First day without patching"),
      to: day("To", "Last day without patching; without it, the first is the only one").optional(),
      reason: z.string().optional().meta({ title: "Reason", description: "What members and hostmasters are told" }),
    }),
    closedObject({ ics: calendarFile }),
    feedSchema,
  ],
  {
    error: (issue) =>
      issue.input === undefined
        ? undefined
        : "must be a day such as 2026-12-31, or { from, to, reason }, { ics: a file }, or { url, maxAge, ca }",
  },
);

export const blackoutsSchema = z.array(blackoutSchema);

export type BlackoutInput = z.output<typeof blackoutSchema>;

/** A blackout by days; those of a calendar come from its text. */
export function blackoutOfDays(input: Exclude<BlackoutInput, { ics: string } | { url: unknown }>): BlackoutSpec {
  const { from, to = from, reason } = typeof input === "string" ? { from: input } : input;
  return { start: `${from}T00:00`, end: `${dayAfter(to)}T00:00`, ...(reason === undefined ? {} : { reason }) };
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
