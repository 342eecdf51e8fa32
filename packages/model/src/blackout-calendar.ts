import ICAL from "ical.js";
import { UserError } from "./errors.js";
import type { BlackoutSpec } from "./patch-window.js";
import { parseRecurrence } from "./patch-window-rule.js";
import { isZone } from "./patch-window-values.js";
import { wallTimeAt } from "./wall-clock.js";

/**
 * The events of an ICS text (RFC 5545) as blackouts: days and times, recurring or not, with what is left out, moved or cancelled.
 * Throws UserError (code `bad-calendar`) about the first thing that cannot be understood: a blackout must not get lost.
 */
export function parseBlackoutCalendar(text: string): BlackoutSpec[] {
  const events = componentOf(text).getAllSubcomponents("vevent");
  const moved = events.filter((event) => event.hasProperty("recurrence-id"));
  return events
    .filter((event) => !isCancelled(event))
    .flatMap((event) => {
      const changes = event.hasProperty("recurrence-id") ? [] : moved.filter((each) => uidOf(each) === uidOf(event));
      return blackoutsOf(event, changes);
    });
}

function componentOf(text: string): ICAL.Component {
  let component: ICAL.Component | undefined;
  try {
    component = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
  } catch (cause) {
    throw refuse(`is no ICS calendar: ${cause instanceof Error ? cause.message : "it cannot be read"}`, cause);
  }
  if (component.name !== "vcalendar") throw refuse("is no ICS calendar: it must hold one BEGIN:VCALENDAR");
  return component;
}

/** `moved` are the changes of single occurrences of this event: they stand for themselves, at their own times. */
function blackoutsOf(event: ICAL.Component, moved: readonly ICAL.Component[]): BlackoutSpec[] {
  const reason = textOf(event, "summary");
  const what = `the event ${reason === undefined ? (uidOf(event) ?? "without a name") : JSON.stringify(reason)}`;
  const start = timeOf(event, "dtstart");
  if (start === undefined) throw refuse(`${what} has no begin (DTSTART)`);
  const rule = event.getFirstPropertyValue("rrule");
  const recurrence = rule === null ? undefined : ruleOf(String(rule), what);
  const zone = zoneOf(start, event.getFirstProperty("dtstart"));
  if (zone === "own" && recurrence !== undefined)
    throw refuse(`${what} recurs in a time zone of the calendar's own: give it an IANA zone, such as Europe/Berlin`);
  const wall = (time: ICAL.Time): string => wallOf(time, zone);
  const end = endOf(event, start);
  if (end === undefined) throw refuse(`${what} has no end (DTEND or DURATION)`);
  if (end.compare(start) <= 0) throw refuse(`${what} ends before it begins`);
  const except = [
    ...event.getAllProperties("exdate").flatMap((property) => property.getValues() as ICAL.Time[]),
    ...moved.flatMap((each) => timeOf(each, "recurrence-id") ?? []),
  ].map(wall);
  const first: BlackoutSpec = {
    start: wall(start),
    end: wall(end),
    ...(start.isDate || zone === undefined ? {} : { zone: zone === "own" ? "UTC" : zone }),
    ...(recurrence === undefined ? {} : { recurrence }),
    ...(except.length === 0 ? {} : { except }),
    ...(reason === undefined ? {} : { reason }),
  };
  if (event.hasProperty("rdate")) throw refuse(`${what} lists further dates (RDATE): make events of them`);
  return [first];
}

/** IANA zone; undefined: whatever zone the reader is in; `own`: one that only the calendar describes. */
function zoneOf(time: ICAL.Time, property: ICAL.Property | null): string | undefined {
  if (time.isDate) return undefined;
  const tzid = property?.getParameter("tzid");
  if (typeof tzid === "string") {
    if (isZone(tzid)) return tzid;
    if (time.zone.tzid === "floating")
      throw refuse(`names a time zone ${JSON.stringify(tzid)} that it does not describe`);
    return "own";
  }
  return time.zone.tzid === "UTC" ? "UTC" : undefined;
}

/** Where the time is of another kind than the begin, it is brought into the begin's zone. */
function wallOf(time: ICAL.Time, zone: string | undefined): string {
  const isUtc = time.zone?.tzid === "UTC";
  if (zone === "own" || (isUtc && zone !== undefined))
    return wallTimeAt(time.toUnixTime() * 1000, zone === "own" ? "UTC" : (zone ?? "UTC"));
  return time.isDate ? `${time.toString()}T00:00` : time.toString().replace(/Z$/, "");
}

function endOf(event: ICAL.Component, start: ICAL.Time): ICAL.Time | undefined {
  const end = timeOf(event, "dtend");
  if (end !== undefined) return end;
  const duration = event.getFirstPropertyValue("duration");
  if (duration === null && !start.isDate) return undefined;
  const after = start.clone();
  after.addDuration(duration instanceof ICAL.Duration ? duration : ICAL.Duration.fromString("P1D"));
  return after;
}

function ruleOf(text: string, what: string): string {
  try {
    return parseRecurrence(text);
  } catch (error) {
    if (error instanceof UserError) throw refuse(`${what} has a rule that is not known here: ${error.message}`, error);
    throw error;
  }
}

function timeOf(event: ICAL.Component, name: string): ICAL.Time | undefined {
  const value = event.getFirstPropertyValue(name);
  return value instanceof ICAL.Time ? value : undefined;
}

function textOf(event: ICAL.Component, name: string): string | undefined {
  const value = event.getFirstPropertyValue(name);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

const uidOf = (event: ICAL.Component) => textOf(event, "uid");
const isCancelled = (event: ICAL.Component) => textOf(event, "status")?.toUpperCase() === "CANCELLED";

function refuse(message: string, cause?: unknown): UserError {
  return new UserError(message, { code: "bad-calendar", cause });
}
