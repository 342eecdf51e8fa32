import ICAL from "ical.js";
import type { BlackoutSpec } from "./patch-window.js";

/** What stands in the event that takes the place of a calendar which nobody can read. */
export const unknownMark = "x-allmende-unknown";

/**
 * What stands in for a calendar (ICS) that cannot be read, and why: one blackout that begins before and ends after whatever there is, so that its
 * window does not open, marked `isUnknown` once it is parsed.
 */
export function renderUnreadable(why: string): string {
  const calendar = new ICAL.Component("vcalendar");
  calendar.addPropertyWithValue("version", "2.0");
  calendar.addPropertyWithValue("prodid", "-//Allmende//unreadable//EN");
  const event = new ICAL.Component("vevent");
  event.addPropertyWithValue("uid", "unreadable@allmende");
  event.addPropertyWithValue("summary", why);
  event.addPropertyWithValue("dtstart", ICAL.Time.fromDateString("2000-01-01"));
  event.addPropertyWithValue("dtend", ICAL.Time.fromDateString("2200-01-01"));
  event.addPropertyWithValue(unknownMark, "TRUE");
  calendar.addSubcomponent(event);
  return `${calendar.toString()}\r\n`;
}

/** `its calendar of blackouts cannot be read: the server answers 503`, or the reason that the calendar gives; undefined when it gives none. */
export function describeBlackout({ isUnknown, reason }: BlackoutSpec): string | undefined {
  return isUnknown === true ? `its calendar of blackouts cannot be read: ${reason}` : reason;
}
