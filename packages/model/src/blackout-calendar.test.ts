import { describe, expect, it } from "vitest";
import { parseBlackoutCalendar } from "./blackout-calendar.js";

const zone = [
  "BEGIN:VTIMEZONE",
  "TZID:Coop Time",
  "BEGIN:STANDARD",
  "DTSTART:19961027T030000",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:19810329T020000",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];

function calendar(...events: readonly (readonly string[])[]): string {
  const body = events.flatMap((event) => ["BEGIN:VEVENT", "UID:1@coop", ...event, "END:VEVENT"]);
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//coop//x", ...zone, ...body, "END:VCALENDAR", ""].join("\r\n");
}

describe("parseBlackoutCalendar", () => {
  it.each<[string, readonly string[], object]>([
    ["a day", ["DTSTART;VALUE=DATE:20261224"], { start: "2026-12-24T00:00", end: "2026-12-25T00:00" }],
    [
      "days that recur, some left out",
      [
        "SUMMARY:Holidays\\, all of them",
        "DTSTART;VALUE=DATE:20261224",
        "DTEND;VALUE=DATE:20261227",
        "RRULE:FREQ=YEARLY;UNTIL=20301224",
        "EXDATE;VALUE=DATE:20271224",
      ],
      {
        start: "2026-12-24T00:00",
        end: "2026-12-27T00:00",
        recurrence: "FREQ=YEARLY;UNTIL=20301224",
        except: ["2027-12-24T00:00"],
        reason: "Holidays, all of them",
      },
    ],
    [
      "a time in an IANA zone, which needs no description",
      ["DTSTART;TZID=Europe/Vienna:20261231T180000", "DURATION:PT12H"],
      { start: "2026-12-31T18:00", end: "2027-01-01T06:00", zone: "Europe/Vienna" },
    ],
    [
      "a time in UTC",
      ["DTSTART:20261231T180000Z", "DTEND:20261231T200000Z"],
      { start: "2026-12-31T18:00", end: "2026-12-31T20:00", zone: "UTC" },
    ],
    [
      "a time in whatever zone the reader is in",
      ["DTSTART:20261231T180000", "DTEND:20261231T200000"],
      { start: "2026-12-31T18:00", end: "2026-12-31T20:00" },
    ],
    [
      "a time in a zone of the calendar's own",
      ["DTSTART;TZID=Coop Time:20260731T180000", "DTEND;TZID=Coop Time:20260731T200000"],
      { start: "2026-07-31T16:00", end: "2026-07-31T18:00", zone: "UTC" },
    ],
    [
      "an end that is told in another zone",
      ["DTSTART;TZID=Europe/Vienna:20260731T180000", "DTEND:20260731T180000Z"],
      { start: "2026-07-31T18:00", end: "2026-07-31T20:00", zone: "Europe/Vienna" },
    ],
  ])("reads %s", (_, event, expected) => expect(parseBlackoutCalendar(calendar(event))).toEqual([expected]));

  it("puts an event that was moved at its new time, and not at the old one as well", () => {
    const weekly = ["DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=WEEKLY"];
    const moved = ["RECURRENCE-ID;VALUE=DATE:20261208", "DTSTART;VALUE=DATE:20261210"];
    expect(parseBlackoutCalendar(calendar(weekly, moved))).toEqual([
      { start: "2026-12-01T00:00", end: "2026-12-02T00:00", recurrence: "FREQ=WEEKLY", except: ["2026-12-08T00:00"] },
      { start: "2026-12-10T00:00", end: "2026-12-11T00:00" },
    ]);
  });

  it("leaves out what is cancelled", () => {
    const weekly = ["DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=WEEKLY"];
    const cancelled = ["RECURRENCE-ID;VALUE=DATE:20261208", "DTSTART;VALUE=DATE:20261208", "STATUS:CANCELLED"];
    expect(parseBlackoutCalendar(calendar(weekly, cancelled))).toMatchObject([{ except: ["2026-12-08T00:00"] }]);
    expect(parseBlackoutCalendar(calendar(["DTSTART;VALUE=DATE:20261201", "STATUS:CANCELLED"]))).toEqual([]);
  });

  it.each<[readonly string[], string]>([
    [["SUMMARY:Party"], 'the event "Party" has no begin (DTSTART)'],
    [["DTSTART:20261231T180000Z"], "the event 1@coop has no end (DTEND or DURATION)"],
    [["DTSTART:20261231T180000Z", "DTEND:20261231T170000Z"], "ends before it begins"],
    [["DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=HOURLY"], "has a rule that is not known here: FREQ=HOURLY"],
    [["DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=YEARLY;UNTIL=20250101"], "has a rule by which it never happens"],
    [["DTSTART;VALUE=DATE:20261201", "RDATE;VALUE=DATE:20261203"], "lists further dates (RDATE)"],
    [["DTSTART;TZID=Mars:20261231T180000", "DURATION:PT1H"], 'names a time zone "Mars" that it does not describe'],
    [
      ["DTSTART;TZID=Coop Time:20260731T180000", "DURATION:PT1H", "RRULE:FREQ=DAILY"],
      "recurs in a time zone of the calendar's own",
    ],
  ])("does not lose %j", (event, message) => {
    expect(() => parseBlackoutCalendar(calendar(event))).toThrow(message);
  });

  it.each([
    ["", "is no ICS calendar"],
    ["hello", "is no ICS calendar: invalid line"],
    ["BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n", "is no ICS calendar: it must hold one BEGIN:VCALENDAR"],
    ["BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR", "is no ICS calendar"],
  ])("refuses %j", (text, message) => expect(() => parseBlackoutCalendar(text)).toThrow(message));
});
