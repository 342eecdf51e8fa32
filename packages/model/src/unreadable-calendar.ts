import type { BlackoutSpec } from "./patch-window.js";

const mark = "ALLMENDE-UNREADABLE";

/**
 * What stands in for the text of a calendar that cannot be read, and why. It is no ICS, and `parseBlackoutCalendar` refuses it: what is fetched or lies in a
 * file cannot be taken for it.
 */
export function renderUnreadable(why: string): string {
  return `${mark} ${why}`;
}

/** What a text that stands in for a calendar means; undefined for every other text. */
export function parseUnreadable(text: string): BlackoutSpec | undefined {
  return text.startsWith(`${mark} `) ? unknownBlackout(text.slice(mark.length + 1)) : undefined;
}

/** Begins before and ends after whatever there is, so that its window does not open. */
export function unknownBlackout(why: string): BlackoutSpec {
  return { start: "2000-01-01T00:00", end: "2200-01-01T00:00", reason: why, isUnknown: true };
}

/** `its calendar of blackouts cannot be read: the server answers 503`, or the reason that the calendar gives; undefined when it gives none. */
export function describeBlackout({ isUnknown, reason }: BlackoutSpec): string | undefined {
  return isUnknown === true ? `its calendar of blackouts cannot be read: ${reason}` : reason;
}
