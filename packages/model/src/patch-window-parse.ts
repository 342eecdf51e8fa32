import { parseBlackoutCalendar } from "./blackout-calendar.js";
import { UserError } from "./errors.js";
import type { Finding } from "./finding.js";
import { parseWith } from "./parse.js";
import type { Parsed } from "./parsed.js";
import type { BlackoutFeed, BlackoutSpec, PatchWindowSpec } from "./patch-window.js";
import { type BlackoutInput, blackoutOfDays, calendarFilePattern } from "./patch-window-blackouts.js";
import { checkWindowInput } from "./patch-window-checks.js";
import { feedKey, feedSchema } from "./patch-window-feeds.js";
import { patchWindowInputSchema, patchWindowOf } from "./patch-window-input.js";
import { parseUnreadable } from "./unreadable-calendar.js";

/**
 * Text of a calendar that a window names: an ICS file (`blackouts/holidays.ics`), or what `feedKey` gives for an address. Undefined when there is
 * none: of a file that is a finding, of an address it is left in the spec's `feeds`.
 */
export type ReadCalendar = (name: string) => string | undefined;

/** A patch window from what users write. All findings at once. */
export function parsePatchWindow(
  input: unknown,
  readCalendar: ReadCalendar = () => undefined,
): Parsed<PatchWindowSpec> {
  const check = (fields: Readonly<Record<string, unknown>>) => checkPatchWindow(fields, readCalendar);
  return parseWith(patchWindowInputSchema, input, check, (window) => {
    const blackouts = window.blackouts ?? [];
    const feeds = blackouts.flatMap((blackout, index): BlackoutFeed[] => {
      if (typeof blackout === "string" || !("url" in blackout)) return [];
      const { url, maxAge, ca } = blackout;
      return readCalendar(feedKey(url)) === undefined
        ? [{ url, maxAgeSeconds: maxAge, ...(ca === undefined ? {} : { ca }), index }]
        : [];
    });
    return patchWindowOf(
      window,
      blackouts.flatMap((blackout) => blackoutsOf(blackout, readCalendar)),
      feeds,
    );
  });
}

function blackoutsOf(input: BlackoutInput, readCalendar: ReadCalendar): readonly BlackoutSpec[] {
  if (typeof input === "string" || "from" in input) return [blackoutOfDays(input)];
  if ("ics" in input) return parseBlackoutCalendar(readCalendar(input.ics) ?? "");
  const text = readCalendar(feedKey(input.url));
  return text === undefined ? [] : parseFeed(text);
}

/** What is fetched, or `renderUnreadable` in its place. A file has no such stand-in. */
function parseFeed(text: string): readonly BlackoutSpec[] {
  const unreadable = parseUnreadable(text);
  return unreadable === undefined ? parseBlackoutCalendar(text) : [unreadable];
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
    if (typeof file === "string" && new RegExp(calendarFilePattern).test(file)) {
      const path = ["blackouts", index, "ics"];
      const text = readCalendar(file);
      return text === undefined ? [{ path, message: `there is no file ${file}` }] : checkText(text, file, path);
    }
    const feed = feedSchema.safeParse(blackout);
    const text = feed.success ? readCalendar(feedKey(feed.data.url)) : undefined;
    if (text === undefined || parseUnreadable(text) !== undefined) return [];
    return checkText(text, "the calendar", ["blackouts", index, "url"]);
  });
}

function checkText(text: string, name: string, path: Finding["path"]): Finding[] {
  try {
    parseBlackoutCalendar(text);
    return [];
  } catch (error) {
    if (error instanceof UserError) return [{ path, message: `${name} ${error.message}` }];
    throw error;
  }
}
