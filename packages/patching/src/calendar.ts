import { type BlackoutSpec, type CalendarDate, wallTimesOf } from "@allmende/model";
import ical, { type ICalCalendar, ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from "ical-generator";
import {
  type Announced,
  type AnnouncedBlackout,
  type Announcement,
  announce,
  announceBlackouts,
  type Span,
} from "./announcement.js";
import { type CalendarTexts, calendarTexts, type Language } from "./calendar-texts.js";

export interface CalendarOptions extends Span {
  readonly language: Language;
  /** Only what concerns this member. */
  readonly member?: string | undefined;
  /** When the calendar is made (DTSTAMP). */
  readonly stampMs: number;
  /** What else has a date. */
  readonly dates?: readonly CalendarDate[] | undefined;
}

/**
 * Patch windows, and what else has a date, as an ICS calendar (RFC 5545). Every occurrence is an event of its own, in UTC: that is the one thing that all
 * clients show at the right time in both nights in which clocks change. UIDs stay the same from one calendar to the next. A blacked out
 * occurrence is there as cancelled, so that clients that knew it take it back; one of which nobody knows, as tentative.
 */
export function renderCalendar(announced: Announced, options: CalendarOptions): string {
  const { language, member, stampMs } = options;
  const texts = calendarTexts[language];
  const calendar = ical({
    name: texts.calendarName(member),
    method: ICalCalendarMethod.PUBLISH,
    prodId: { company: "Allmende", product: "patch windows", language: language.toUpperCase() },
    ttl: 86_400,
  });
  const stamp = new Date(stampMs);
  for (const announcement of announce(announced, options, member)) addOccurrence(calendar, announcement, texts, stamp);
  for (const blackout of announceBlackouts(announced, options, member)) addBlackout(calendar, blackout, texts, stamp);
  for (const date of options.dates ?? []) addDate(calendar, date, stamp);
  // RFC 5545 ends every line, the last one as well; the library does not.
  return `${calendar.toString().trimEnd()}\r\n`;
}

function addOccurrence(calendar: ICalCalendar, announcement: Announcement, texts: CalendarTexts, stamp: Date): void {
  const { window, hosts, services, occurrence } = announcement;
  const { blackout, startMs, endMs } = occurrence;
  const { start, end } = wallTimesOf(window, occurrence);
  const lines = [
    ...(blackout === undefined ? [] : [blackout.isUnknown ? texts.tentative : texts.cancelled(blackout.reason)]),
    `${texts.updates[window.updates]} ${texts.reboot[window.reboot]}`,
    texts.hosts(hosts),
    texts.services(services),
    texts.times(start.replace("T", " "), end.replace("T", " "), window.zone),
  ];
  calendar.createEvent({
    id: uid(occurrence.id),
    stamp,
    lastModified: stamp,
    start: new Date(startMs),
    end: new Date(endMs),
    summary: texts.window(window.name),
    description: lines.join("\n"),
    status: statusOf(blackout),
    transparency: ICalEventTransparency.TRANSPARENT,
  });
}

function statusOf(blackout: BlackoutSpec | undefined): ICalEventStatus {
  if (blackout === undefined) return ICalEventStatus.CONFIRMED;
  return blackout.isUnknown ? ICalEventStatus.TENTATIVE : ICalEventStatus.CANCELLED;
}

function addBlackout(calendar: ICalCalendar, announced: AnnouncedBlackout, texts: CalendarTexts, stamp: Date): void {
  const { blackout, startMs, endMs, days, windows } = announced;
  const [start, end] = days === undefined ? [startMs, endMs] : [Date.parse(days.from), Date.parse(days.until)];
  calendar.createEvent({
    id: uid(`blackout/${new Date(startMs).toISOString()}/${new Date(endMs).toISOString()}/${blackout.reason ?? ""}`),
    stamp,
    start: new Date(start),
    end: new Date(end),
    allDay: days !== undefined,
    summary: texts.blackout(blackout.reason),
    description: texts.blackoutWindows(windows),
    status: ICalEventStatus.CONFIRMED,
    transparency: ICalEventTransparency.TRANSPARENT,
  });
}

function addDate(calendar: ICalCalendar, date: CalendarDate, stamp: Date): void {
  const { id, startMs, endMs, days, summary, lines, isTentative = false } = date;
  const [start, end] = days === undefined ? [startMs, endMs] : [Date.parse(days.from), Date.parse(days.until)];
  calendar.createEvent({
    ...{
      id: uid(id),
      stamp,
      lastModified: stamp,
      start: new Date(start),
      end: new Date(end),
      allDay: days !== undefined,
    },
    ...{ summary, description: lines.join("\n") },
    status: isTentative ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED,
    transparency: ICalEventTransparency.TRANSPARENT,
  });
}

/** Servers make file names of UIDs, so nothing stands in them that these could not have. */
function uid(name: string): string {
  return `${encodeURIComponent(name)}@allmende`;
}
