import { parseBlackoutCalendar } from "./blackout-calendar.js";
import { UserError } from "./errors.js";
import type { Finding } from "./finding.js";
import { parseWith } from "./parse.js";
import type { Parsed } from "./parsed.js";
import type { BlackoutSpec, PatchWindowSpec } from "./patch-window.js";
import { type BlackoutInput, blackoutOfDays, calendarFilePattern } from "./patch-window-blackouts.js";
import { checkWindowInput } from "./patch-window-checks.js";
import { patchWindowInputSchema, patchWindowOf } from "./patch-window-input.js";

/** Text of an ICS file that a window names (`blackouts/holidays.ics`); undefined when there is none. */
export type ReadCalendar = (file: string) => string | undefined;

/** A patch window from what users write. All findings at once. */
export function parsePatchWindow(
  input: unknown,
  readCalendar: ReadCalendar = () => undefined,
): Parsed<PatchWindowSpec> {
  const check = (fields: Readonly<Record<string, unknown>>) => checkPatchWindow(fields, readCalendar);
  return parseWith(patchWindowInputSchema, input, check, (window) =>
    patchWindowOf(
      window,
      (window.blackouts ?? []).flatMap((blackout) => blackoutsOf(blackout, readCalendar)),
    ),
  );
}

function blackoutsOf(input: BlackoutInput, readCalendar: ReadCalendar): readonly BlackoutSpec[] {
  if (typeof input === "string" || "from" in input) return [blackoutOfDays(input)];
  return parseBlackoutCalendar(readCalendar(input.ics) ?? "");
}

/** What no schema shows about a window, its calendars included. */
export function checkPatchWindow(input: Readonly<Record<string, unknown>>, readCalendar: ReadCalendar): Finding[] {
  return [...checkWindowInput(input), ...checkCalendars(input, readCalendar)];
}

/** Are the calendars there, and can they be read? */
function checkCalendars(input: Readonly<Record<string, unknown>>, readCalendar: ReadCalendar): Finding[] {
  const { blackouts } = input;
  if (!Array.isArray(blackouts)) return [];
  return blackouts.flatMap((blackout: unknown, index) => {
    const file = (blackout as { readonly ics?: unknown } | null)?.ics;
    if (typeof file !== "string" || !new RegExp(calendarFilePattern).test(file)) return [];
    const path = ["blackouts", index, "ics"];
    const text = readCalendar(file);
    if (text === undefined) return [{ path, message: `there is no file ${file}` }];
    try {
      parseBlackoutCalendar(text);
      return [];
    } catch (error) {
      if (error instanceof UserError) return [{ path, message: `${file} ${error.message}` }];
      throw error;
    }
  });
}
