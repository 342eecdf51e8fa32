import { occurrencesOf, UserError, wallTimesOf } from "@allmende/model";
import ICAL from "ical.js";
import { afterEach, describe, expect, it } from "vitest";
import type { Announced } from "./announcement.js";
import { type CalendarOptions, renderCalendar } from "./calendar.js";
import { closeUnreadable } from "./feeds/read-feeds.js";
import { windowOf } from "./testing/windows.js";

const at = (instant: string) => Date.parse(instant);
const nightly = windowOf({
  start: "2026-11-24T02:30",
  blackouts: [{ from: "2026-12-24", to: "2026-12-26", reason: "Feiertage, und Ruhe" }],
});
const monthly = windowOf({
  name: "everything-monthly",
  recurrence: "FREQ=MONTHLY;BYDAY=2TU",
  start: "2026-12-01T22:00",
  updates: "all",
  reboot: "never",
  hosts: { stage: "production" },
});
const announced: Announced = {
  hosts: [
    { name: "web1", labels: { stage: "test" } },
    { name: "web2", labels: { stage: "production" } },
  ],
  services: [
    { name: "anna-blog", member: "anna", host: "web1" },
    { name: "anna-wiki", member: "anna", host: "web1" },
    { name: "bruno-shop", member: "bruno", host: "web2" },
  ],
  windows: [nightly, monthly],
};
const year: CalendarOptions = {
  fromMs: at("2026-12-01T00:00Z"),
  toMs: at("2027-12-01T00:00Z"),
  stampMs: at("2026-11-24T12:00Z"),
  language: "en",
};

function parse(text: string): ICAL.Event[] {
  const root = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
  return root.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
}

const eventsOf = (options: Partial<CalendarOptions> = {}, from: Announced = announced) =>
  parse(renderCalendar(from, { ...year, ...options }));
const statusOf = (event: ICAL.Event) => event.component.getFirstPropertyValue("status");

const timezone = process.env["TZ"];
afterEach(() => {
  if (timezone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = timezone;
});

describe("renderCalendar", () => {
  it("has every occurrence at its time, in both nights in which clocks change as well", () => {
    const events = eventsOf().filter((event) => event.summary === "Patch window security-nightly");
    const occurrences = occurrencesOf(nightly, year.fromMs, year.toMs);
    expect(events.map((event) => [event.startDate.toUnixTime() * 1000, event.endDate.toUnixTime() * 1000])).toEqual(
      occurrences.map(({ startMs, endMs }) => [startMs, endMs]),
    );
    const shown = (day: string) => {
      const index = occurrences.findIndex(({ id }) => id.includes(day));
      const occurrence = occurrences[index];
      if (occurrence === undefined) throw new Error(`nothing on ${day}`);
      const clock = new Date((events[index]?.startDate.toUnixTime() ?? 0) * 1000).toLocaleString("sv", {
        timeZone: "Europe/Berlin",
      });
      return [clock.slice(0, 16).replace(" ", "T"), wallTimesOf(nightly, occurrence).start];
    };
    expect(shown("2027-03-28")).toEqual(["2027-03-28T03:00", "2027-03-28T03:00"]);
    expect(shown("2027-10-31")).toEqual(["2027-10-31T02:30", "2027-10-31T02:30"]);
    expect(shown("2027-07-01")).toEqual(["2027-07-01T02:30", "2027-07-01T02:30"]);
  });

  it("keeps to RFC 5545: properties that must be there, UIDs that stand there once, CRLF, lines of 75 octets at most", () => {
    const text = renderCalendar(announced, { ...year, language: "de" });
    const root = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
    expect(root.getFirstPropertyValue("version")).toBe("2.0");
    expect(root.getFirstPropertyValue("prodid")).toBe("-//Allmende//patch windows//DE");
    const events = root.getAllSubcomponents("vevent");
    expect(new Set(events.map((event) => event.getFirstPropertyValue("uid"))).size).toBe(events.length);
    for (const event of events) expect(event.getFirstPropertyValue("dtstamp")?.toString()).toBe("2026-11-24T12:00:00Z");
    expect(text).toMatch(/END:VCALENDAR\r\n$/);
    const lines = text.split("\r\n");
    expect(lines.join("")).not.toMatch(/[\r\n]/);
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  });

  it("gives an occurrence the same UID whenever it is made, in whatever language and for whomever", () => {
    const uids = (options: Partial<CalendarOptions>) => eventsOf(options).map((event) => event.uid);
    const all = uids({});
    expect(all).toContain("security-nightly%2F2026-12-01T02%3A30%5BEurope%2FBerlin%5D@allmende");
    const later = {
      fromMs: at("2027-02-01T00:00Z"),
      stampMs: at("2027-01-31T00:00Z"),
      language: "de",
      member: "bruno",
    } as const;
    expect(all).toEqual(expect.arrayContaining(uids(later)));
    expect(uids(later).length).toBeGreaterThan(300);
  });

  it("shows what nobody knows as tentative, in both languages, and nothing of why", () => {
    const [window] = closeUnreadable([windowOf({ blackouts: [{ url: { config: "a" }, maxAge: "1h" }] })], {
      texts: new Map(),
      problems: [
        { window: "security-nightly", why: "geheim", error: new UserError("geheim", { code: "no-calendar" }) },
      ],
    });
    if (window === undefined) throw new Error("it is lost");
    const unread = { ...announced, windows: [window] };
    const events = eventsOf({ toMs: at("2027-01-01T00:00Z") }, unread);
    expect(events).toHaveLength(31);
    expect(new Set(events.map(statusOf))).toEqual(new Set(["TENTATIVE"]));
    expect(events[0]?.description).toMatch(/^Whether it takes place is not known yet: /);
    expect(eventsOf({ language: "de" }, unread)[0]?.description).toMatch(/^Ob es stattfindet, steht noch nicht fest: /);
    expect(renderCalendar(unread, year)).not.toContain("geheim");
  });

  it("does not depend on the zone of the machine", () => {
    process.env["TZ"] = "America/New_York";
    const west = renderCalendar(announced, year);
    process.env["TZ"] = "Asia/Tokyo";
    expect(renderCalendar(announced, year)).toBe(west);
  });

  it("shows blackouts as days, and what they close as cancelled", () => {
    const december = { toMs: at("2027-01-01T00:00Z") };
    const [blackout, ...others] = eventsOf(december).filter((event) => event.summary.startsWith("No patching"));
    expect(others).toEqual([]);
    expect(blackout).toMatchObject({
      summary: "No patching: Feiertage, und Ruhe",
      description: "Does not open: security-nightly",
    });
    expect([blackout?.startDate.toString(), blackout?.endDate.toString()]).toEqual(["2026-12-24", "2026-12-27"]);
    const cancelled = eventsOf(december).filter((event) => statusOf(event) === "CANCELLED");
    expect(cancelled.map((event) => event.startDate.toString().slice(0, 10))).toEqual([
      "2026-12-24",
      "2026-12-25",
      "2026-12-26",
    ]);
    expect(cancelled[0]?.description).toMatch(/^Does not take place: Feiertage, und Ruhe\n/);
  });

  it("shows a blackout that is shared once, and one by the hour at its hours", () => {
    const shared = [
      nightly,
      windowOf({ name: "other", blackouts: [{ from: "2026-12-24", to: "2026-12-26", reason: "Feiertage, und Ruhe" }] }),
    ];
    const timed = { ...nightly, blackouts: [{ start: "2026-12-05T18:00", end: "2026-12-06T06:00", zone: "UTC" }] };
    const from = { ...announced, windows: [...shared, { ...timed, name: "timed" }] };
    const blackouts = eventsOf({ toMs: at("2027-01-01T00:00Z") }, from).filter((event) =>
      event.summary.startsWith("No patching"),
    );
    expect(blackouts.map((event) => [event.description, event.startDate.toString()])).toEqual([
      ["Does not open: timed", "2026-12-05T18:00:00Z"],
      ["Does not open: security-nightly, other", "2026-12-24"],
    ]);
  });

  it("tells a member of windows that touch their services, and of nobody else's", () => {
    const anna = renderCalendar(announced, { ...year, member: "anna" });
    expect(anna).not.toMatch(/monthly|bruno|web2/);
    const [first] = parse(anna);
    expect(first?.description).toBe(
      [
        "Security updates only. Services are restarted where an update needs it, hosts are rebooted only if needed.",
        "Hosts: web1",
        "Services: anna-blog, anna-wiki",
        "From 2026-12-01 02:30 to 2026-12-01 05:30 (Europe/Berlin)",
      ].join("\n"),
    );
    const names = new Set(eventsOf({ member: "bruno" }).map((event) => event.summary));
    expect([...names].sort()).toEqual([
      "No patching: Feiertage, und Ruhe",
      "Patch window everything-monthly",
      "Patch window security-nightly",
    ]);
    expect(eventsOf({ member: "idle" })).toEqual([]);
  });

  it("has what else has a date beside the windows: whole days, and hours, whatever its words are", () => {
    const dates = [
      {
        ...{ id: "request/20261124-anna-shop", startMs: at("2026-12-03T23:00Z"), endMs: at("2026-12-04T23:00Z") },
        ...{ days: { from: "2026-12-04", until: "2026-12-05" }, summary: "Neu: anna-shop" },
        lines: ["Für anna", "BEGIN:VEVENT\r\nSUMMARY:x; y, z\\n", "ü".repeat(200)],
      },
      {
        ...{ id: "block/restores/2026-12-05T08:00:00.000Z", startMs: at("2026-12-05T08:00Z") },
        ...{ endMs: at("2026-12-05T12:00Z"), summary: "Rücksicherung", lines: ["Geplant"] },
      },
    ];
    const options = { ...year, toMs: at("2026-12-06T00:00Z"), dates };
    const text = renderCalendar(announced, options);
    const events = parse(text);
    expect(events.filter(({ summary }) => summary.startsWith("Patch window"))).toHaveLength(5);
    const [day, hours] = ["Neu: anna-shop", "Rücksicherung"].map((summary) =>
      events.find((event) => event.summary === summary),
    );
    expect([day?.uid, day?.startDate.toString(), day?.endDate.toString()]).toEqual([
      "request%2F20261124-anna-shop@allmende",
      "2026-12-04",
      "2026-12-05",
    ]);
    expect(day?.description).toContain("ü".repeat(200));
    expect([hours?.startDate.toString(), hours?.endDate.toString()]).toEqual([
      "2026-12-05T08:00:00Z",
      "2026-12-05T12:00:00Z",
    ]);
    expect(events).toHaveLength(7);
    expect(Math.max(...text.split("\r\n").map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  });

  it("speaks German", () => {
    const german = eventsOf({ language: "de", member: "bruno" }).find((event) => event.summary.includes("monthly"));
    expect(german?.summary).toBe("Patchfenster everything-monthly");
    expect(german?.description).toBe(
      [
        "Alle Aktualisierungen. Dienste starten neu, wo eine Aktualisierung es verlangt. Hosts starten nicht neu.",
        "Hosts: web2",
        "Dienste: bruno-shop",
        "Von 2026-12-08 22:00 bis 2026-12-09 01:00 (Europe/Berlin)",
      ].join("\n"),
    );
  });
});
