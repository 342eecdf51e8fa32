import ICAL from "ical.js";
import { UserError } from "./errors.js";
import type { BlackoutSpec } from "./patch-window.js";
import { parseRecurrence } from "./patch-window-rule.js";
import { isZone } from "./patch-window-values.js";
import { parseUnreadable } from "./unreadable-calendar.js";
import { instantOf, nextBegin, wallText, wallTimeAt } from "./wall-clock.js";

/**
 * The events of an ICS text (RFC 5545) as blackouts: days and times, recurring or not, with what is left out, moved or cancelled.
 * Throws UserError (code `bad-calendar`) about the first thing that cannot be understood: a blackout must not get lost.
 */
export function parseBlackoutCalendar(text: string): BlackoutSpec[] {
  const events = componentOf(text).getAllSubcomponents("vevent");
  const moved = events.filter((event) => event.hasProperty("recurrence-id"));
  return events
    .filter((event) => !isCancelled(event))
    .map((event) => {
      const changes = event.hasProperty("recurrence-id") ? [] : moved.filter((each) => uidOf(each) === uidOf(event));
      return blackoutOf(event, changes);
    });
}

function componentOf(text: string): ICAL.Component {
  if (parseUnreadable(text) !== undefined) throw refuse("is no ICS calendar: it stands in for one");
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
function blackoutOf(event: ICAL.Component, moved: readonly ICAL.Component[]): BlackoutSpec {
  const reason = textOf(event, "summary");
  const what = `the event ${reason === undefined ? (uidOf(event) ?? "without a name") : JSON.stringify(reason)}`;
  const [start] = placesOf(event, "dtstart");
  if (start === undefined) throw refuse(`${what} has no begin (DTSTART)`);
  const end = endOf(event, start);
  if (end === undefined) throw refuse(`${what} has no end (DTEND or DURATION)`);
  if (end.wall <= start.wall) throw refuse(`${what} ends before it begins`);
  if (event.hasProperty("rdate")) throw refuse(`${what} lists further dates (RDATE): make events of them`);
  const rule = event.getFirstPropertyValue("rrule");
  if (rule !== null && start.isOwnZone)
    throw refuse(`${what} recurs in a time zone of the calendar's own: give it an IANA zone, such as Europe/Berlin`);
  const except = [event, ...moved].flatMap((each) => placesOf(each, each === event ? "exdate" : "recurrence-id"));
  return {
    start: start.wall,
    end: end.wall,
    ...(start.zone === undefined ? {} : { zone: start.zone }),
    ...(rule === null ? {} : { recurrence: ruleOf(String(rule), start, what) }),
    ...(except.length === 0 ? {} : { except: except.map((place) => inZone(place, start.zone).wall) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** A wall time and whose. */
interface Place {
  readonly wall: string;
  /** IANA zone; undefined: whatever zone the reader is in, as for whole days. */
  readonly zone: string | undefined;
  /** It was in a zone that only the calendar describes, and was brought to UTC. */
  readonly isOwnZone: boolean;
  readonly time: ICAL.Time;
  readonly property: ICAL.Property;
}

function placesOf(event: ICAL.Component, name: string): Place[] {
  const properties = event.getAllProperties(name);
  return properties.flatMap((property) =>
    property.getValues().flatMap((time) => (time instanceof ICAL.Time ? [placeOf(time, property)] : [])),
  );
}

function placeOf(time: ICAL.Time, property: ICAL.Property): Place {
  const tzid = property.getParameter("tzid");
  const place = { isOwnZone: false, time, property };
  if (time.isDate) return { ...place, wall: `${time.toString()}T00:00`, zone: undefined };
  const wall = wallText(time.toString().replace(/Z$/, ""));
  if (typeof tzid !== "string") return { ...place, wall, zone: time.zone.tzid === "UTC" ? "UTC" : undefined };
  if (isZone(tzid)) return { ...place, wall, zone: tzid };
  if (time.zone.tzid === "floating")
    throw refuse(`names a time zone ${JSON.stringify(tzid)} that it does not describe`);
  return { ...place, wall: wallTimeAt(time.toUnixTime() * 1000, "UTC"), zone: "UTC", isOwnZone: true };
}

/** The same moment on another zone's clocks. */
function inZone(place: Place, zone: string | undefined): Place {
  if (place.zone === undefined || zone === undefined || place.zone === zone) return place;
  return { ...place, wall: wallTimeAt(instantOf(place.wall, place.zone), zone), zone };
}

function endOf(event: ICAL.Component, start: Place): Place | undefined {
  const [end] = placesOf(event, "dtend");
  if (end !== undefined) return inZone(end, start.zone);
  const duration = event.getFirstPropertyValue("duration");
  if (duration === null && !start.time.isDate) return undefined;
  const after = start.time.clone();
  after.addDuration(duration instanceof ICAL.Duration ? duration : ICAL.Duration.fromString("P1D"));
  return placeOf(after, start.property);
}

function ruleOf(text: string, { wall, zone = "UTC" }: Place, what: string): string {
  let recurrence: string;
  try {
    recurrence = parseRecurrence(text);
  } catch (error) {
    if (error instanceof UserError) throw refuse(`${what} has a rule that is not known here: ${error.message}`, error);
    throw error;
  }
  const happens = nextBegin({ recurrence, start: wall, zone }, Number.NEGATIVE_INFINITY) !== undefined;
  if (!happens) throw refuse(`${what} has a rule by which it never happens: ${recurrence}`);
  return recurrence;
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
