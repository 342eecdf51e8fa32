import { describe, expect, it } from "vitest";
import { parseBlackoutCalendar } from "./blackout-calendar.js";
import { renderFinding } from "./finding.js";
import { addFeeds, closeUnread } from "./patch-window-feeds.js";
import type { PatchWindowInput } from "./patch-window-input.js";
import { nextOccurrences, openOccurrence } from "./patch-window-occurrences.js";
import { parsePatchWindow, type ReadCalendar } from "./patch-window-parse.js";
import { renderUnreadable } from "./unreadable-calendar.js";

const written: PatchWindowInput = {
  name: "security-nightly",
  recurrence: "RRULE:freq=monthly;byday=2TU",
  zone: "Europe/Berlin",
  start: "2026-11-24T22:00",
  duration: "4h",
  updates: "security",
  reboot: "if-needed",
  hosts: { stage: ["test", "production"] },
  waves: [{ stage: "test" }, "all"],
  canary: { hosts: { stage: "test" }, soak: "30m" },
  concurrency: "25%",
  errorThreshold: 1,
  cutoff: { upgrade: "90m", restart: "45m", reboot: "30m" },
  blackouts: ["2026-12-08", { from: "2027-01-12", to: "2027-01-13", reason: "Audit" }],
  notice: "3d",
};

function said(changes: object, readCalendar?: ReadCalendar): string[] {
  const parsed = parsePatchWindow({ ...written, ...changes }, readCalendar);
  return parsed.ok ? [] : parsed.findings.map(renderFinding);
}

describe("a calendar by its address", () => {
  const feed = { url: { config: "holidays" }, maxAge: "2h" };

  it("keeps everybody from saying when its window opens until it was read", () => {
    const parsed = parsePatchWindow({ ...written, blackouts: [feed] });
    if (!parsed.ok) throw new Error("it is right");
    expect(parsed.value.feeds).toEqual([{ url: { config: "holidays" }, maxAgeSeconds: 7200, index: 0 }]);
    const trusting = parsePatchWindow({ ...written, blackouts: [{ ...feed, ca: "certificates/coop-ca.pem" }] });
    expect(trusting).toMatchObject({ value: { feeds: [{ ca: "certificates/coop-ca.pem" }] } });
    expect(() => openOccurrence(parsed.value, Date.now())).toThrow(expect.objectContaining({ code: "feed-not-read" }));
    const day = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261208\r\nEND:VEVENT\r\n";
    const text = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${day}END:VCALENDAR\r\n`;
    const read = addFeeds(parsed.value, new Map([["config:holidays", text]]));
    expect([read.feeds, read.blackouts]).toEqual([undefined, [{ start: "2026-12-08T00:00", end: "2026-12-09T00:00" }]]);
    expect(nextOccurrences(read, Date.parse("2026-12-01"), 1)[0]?.blackout).toBeDefined();
    expect(parsePatchWindow({ ...written, blackouts: [feed] }, () => text)).toEqual({ ok: true, value: read });
  });

  it("keeps its window closed for ever while it cannot be read, and says why", () => {
    const parsed = parsePatchWindow({ ...written, blackouts: [feed] });
    if (!parsed.ok) throw new Error("it is right");
    const why = `the server, "x"; says: 503\\n, ${"long ".repeat(40)}.`;
    const closed = closeUnread(parsed.value, new Map(), why);
    expect([closed.feeds, closed.blackouts]).toMatchObject([undefined, [{ isUnknown: true, reason: why }]]);
    for (const year of ["2026", "2060", "2150"])
      expect(nextOccurrences(closed, Date.parse(`${year}-12-01`), 1)[0]?.blackout?.isUnknown).toBe(true);
    expect(parsePatchWindow({ ...written, blackouts: [feed] }, () => renderUnreadable(why))).toEqual({
      ok: true,
      value: closed,
    });
  });

  it("is never unknown by what it says itself, nor is a file", () => {
    const event =
      "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261208\r\nX-ALLMENDE-UNKNOWN:TRUE\r\nUID:unreadable@allmende\r\nEND:VEVENT\r\n";
    const text = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${event}END:VCALENDAR\r\n`;
    for (const blackout of [feed, { ics: "blackouts/assembly.ics" }]) {
      expect(parsePatchWindow({ ...written, blackouts: [blackout] }, () => text)).toMatchObject({
        value: { blackouts: [{ start: "2026-12-08T00:00", end: "2026-12-09T00:00" }] },
      });
    }
    const parsed = parsePatchWindow({ ...written, blackouts: [feed] }, () => text);
    expect(JSON.stringify(parsed)).not.toContain("isUnknown");
    const standIn = renderUnreadable(`x:y\r\n${text}`);
    expect(said({ blackouts: [{ ics: "blackouts/assembly.ics" }] }, () => standIn).join()).toContain(
      "is no ICS calendar",
    );
    expect(() => parseBlackoutCalendar(standIn)).toThrow("is no ICS calendar");
  });

  it.each<[object, string]>([
    [{ url: "http://calendar.example.org/a.ics", maxAge: "1d" }, "must be https: over http, anybody on the way"],
    [{ url: "calendar.example.org", maxAge: "1d" }, "must be an address such as"],
    [{ url: "https://calendar.example.org/a.ics" }, "blackouts"],
    [{ ...feed, maxAge: "2" }, "blackouts"],
    [{ url: "https://calendar.example.org/a.ics", maxage: 7 }, 'is not a known key (did you mean "maxAge"?)'],
    [{ url: "https://anna:geheim@calendar.example.org/a.ics", maxAge: "1d" }, "take { config: NAME }"],
    [{ url: "https://geheim@calendar.example.org/a.ics", maxAge: "1d" }, "take { config: NAME }"],
    [{ start: "2026-12-24", until: "2026-12-25" }, "must be a day such as"],
    [{ ...feed, ca: "../ca.pem" }, "must be a file beside windows.yaml"],
    [{ ...feed, ca: "/etc/ssl/ca.pem" }, "must be a file beside windows.yaml"],
    [{ ...feed, ca: "ca.key" }, "must be a file beside windows.yaml"],
  ])("is refused: %j", (blackout, message) => {
    const findings = said({ blackouts: [blackout] }).join("\n");
    expect(findings).toContain(message);
    expect(findings).not.toContain("geheim");
  });
});

describe("parsePatchWindow", () => {
  it("gives seconds, selectors with lists, and one spelling of the rule", () => {
    expect(parsePatchWindow(written)).toEqual({
      ok: true,
      value: {
        name: "security-nightly",
        recurrence: "FREQ=MONTHLY;BYDAY=2TU",
        zone: "Europe/Berlin",
        start: "2026-11-24T22:00",
        durationSeconds: 14_400,
        updates: "security",
        reboot: "if-needed",
        hosts: { stage: ["test", "production"] },
        waves: [{ stage: ["test"] }, {}],
        canary: { hosts: { stage: ["test"] }, soakSeconds: 1800 },
        concurrency: { kind: "percent", percent: 25 },
        errorThreshold: { kind: "count", count: 1 },
        cutoffSeconds: { upgrade: 5400, restart: 2700, reboot: 1800 },
        blackouts: [
          { start: "2026-12-08T00:00", end: "2026-12-09T00:00" },
          { start: "2027-01-12T00:00", end: "2027-01-14T00:00", reason: "Audit" },
        ],
        noticeSeconds: 259_200,
      },
    });
  });

  it("takes a canary of so many hosts, or none, and a window that never reboots", () => {
    const cutoff = { upgrade: "90m", restart: "45m" };
    expect(parsePatchWindow({ ...written, canary: { hosts: 2, soak: "1h" }, reboot: "never", cutoff })).toMatchObject({
      value: { canary: { hosts: 2, soakSeconds: 3600 }, cutoffSeconds: { upgrade: 5400, restart: 2700 } },
    });
    expect(parsePatchWindow({ ...written, canary: "none" })).toMatchObject({ value: { canary: undefined } });
  });

  it("has a default for nothing but blackouts", () => {
    const missing = parsePatchWindow({});
    const paths = missing.ok ? [] : missing.findings.map(({ path }) => path.join("."));
    expect(paths.sort()).toEqual(
      Object.keys(written)
        .filter((key) => key !== "blackouts")
        .sort(),
    );
    expect(missing).toMatchObject({
      findings: expect.arrayContaining([
        { path: ["updates"], message: expect.stringContaining("is missing: security: only") },
        { path: ["notice"], message: expect.stringContaining("is missing: How long before") },
      ]),
    });
  });

  it.each<[object, string]>([
    [{ cron: "0 2 * * *" }, 'cron: is not a key here: use "recurrence" (a rule of RFC 5545, such as FREQ=DAILY)'],
    [
      { zone: "Berlin" },
      'zone: must be a time zone with its full name, such as Europe/Berlin or UTC (did you mean "Europe/Berlin"?)',
    ],
    [{ zone: "europe/berlin" }, '(did you mean "Europe/Berlin"?)'],
    [{ zone: "+01:00" }, "zone: must be a time zone with its full name"],
    [{ zone: "Europe/Berlm" }, '(did you mean "Europe/Berlin"?)'],
    [{ start: "02:00" }, "start: must be a day and a time without a zone, such as 2026-11-24T02:00"],
    [{ start: "2026-11-24T02:00Z" }, "start: must be a day and a time without a zone"],
    [{ start: "2026-02-30T02:00" }, 'start: "2026-02-30T02:00" is not in the calendar'],
    [{ duration: "3" }, 'duration: "3" has no unit: write it like 30m, 36h or 3d'],
    [{ duration: "24h" }, "duration: is longer than 23h: when clocks go forward"],
    [
      { recurrence: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" },
      "recurrence: never opens in 50 years from 2026-11-24T22:00 on",
    ],
    [{ recurrence: "FREQ=DAILY;UNTIL=20251231" }, "recurrence: never opens in 50 years from 2026-11-24T22:00 on"],
    [{ recurrence: "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30" }, "recurrence: never opens in 50 years"],
    [{ recurrence: "FREQ=DAILY;BYDAY=MO;BYSETPOS=5" }, "recurrence: never opens in 50 years"],
    [{ updates: "everything" }, "updates: must be one of: security, all"],
    [{ reboot: true }, "reboot: must be one of: never, if-needed"],
    [{ cutoff: { upgrade: "90m", restart: "45m" } }, "cutoff.reboot: is missing: hosts may reboot"],
    [
      { cutoff: { upgrade: "90m", restart: "45m", reboot: "50m" } },
      "cutoff.reboot: is more than for restart, which comes first",
    ],
    [
      { cutoff: { upgrade: "4h", restart: "45m", reboot: "30m" } },
      "cutoff.upgrade: leaves no time: the window is open for 4h",
    ],
    [{ canary: { hosts: 1, soak: "5h" } }, "canary.soak: leaves no time for other hosts"],
    [{ canary: { hosts: 0, soak: "1h" } }, "canary.hosts: must be a whole number from 1"],
    [{ canary: { hosts: 1 } }, "canary.soak: is missing: How long they must be well"],
    [{ canary: "nobody" }, 'canary: must be "none", or { hosts, soak }'],
    [{ hosts: {} }, 'hosts: names no label: write "all" to mean every host'],
    [{ hosts: "web1" }, 'hosts: must be "all", or labels and their values, such as { stage: test }'],
    [{ hosts: { stage: [] } }, "hosts.stage: must name a value"],
    [{ hosts: { Stage: "test" } }, "hosts.Stage: cannot name a label"],
    [{ waves: { stage: "test" } }, "waves: must be a list"],
    [{ concurrency: 0 }, "concurrency: must be a whole number from 1"],
    [{ concurrency: "0%" }, "concurrency: must be a number of hosts, such as 2, or a share of them"],
    [{ errorThreshold: "120%" }, "errorThreshold: must be a number of hosts, such as 2, or a share of them"],
    [{ blackouts: ["24.12.2026"] }, "blackouts.0: must be a day, such as 2026-12-24"],
    [{ blackouts: [{ from: "2026-12-24", to: "2026-12-23" }] }, "blackouts.0.to: lies before 2026-12-24"],
    [
      { blackouts: [{ ics: "../etc/passwd" }] },
      "blackouts.0.ics: must be an ICS file beside windows.yaml or in blackouts/",
    ],
    [{ blackouts: [{ ics: "holidays.ics" }] }, "blackouts.0.ics: there is no file holidays.ics"],
    [{ notice: "2 weeks" }, "notice: must be a time with its unit: write it like 30m, 36h or 3d"],
    [{ notice: "400d" }, 'notice: "400d" is longer than a year'],
  ])("refuses %j", (changes, message) => {
    const findings = said(changes);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(message);
  });

  it("takes blackouts from a calendar, and says what is wrong with one", () => {
    const events = (body: string) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x\r\n${body}END:VCALENDAR\r\n`;
    const day = "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Assembly\r\nDTSTART;VALUE=DATE:20261208\r\nEND:VEVENT\r\n";
    const blackouts = [{ ics: "blackouts/coop.ics" }];
    const read = (text: string) => (file: string) => (file === "blackouts/coop.ics" ? text : undefined);
    expect(parsePatchWindow({ ...written, blackouts }, read(events(day)))).toMatchObject({
      value: { blackouts: [{ start: "2026-12-08T00:00", end: "2026-12-09T00:00", reason: "Assembly" }] },
    });
    expect(said({ blackouts }, read("no calendar"))).toEqual([
      expect.stringContaining("blackouts.0.ics: blackouts/coop.ics is no ICS calendar: invalid line"),
    ]);
  });
});
