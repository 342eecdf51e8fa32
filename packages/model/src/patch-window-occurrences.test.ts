import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BlackoutSpec, PatchWindowSpec } from "./patch-window.js";
import {
  blackoutTimesOf,
  nextOccurrences,
  occurrencesOf,
  openOccurrence,
  wallTimesOf,
} from "./patch-window-occurrences.js";
import { sampleWindow } from "./testing/windows.js";

const at = (instant: string) => Date.parse(instant);

function walls(changes: object, from: string, to: string): string[] {
  const window = sampleWindow(changes);
  return occurrencesOf(window, at(from), at(to)).map((each) => {
    const { start, end } = wallTimesOf(window, each);
    return `${start} ${end}`;
  });
}

describe("occurrencesOf", () => {
  it("names an occurrence by its window, wall time and zone", () => {
    expect(occurrencesOf(sampleWindow(), at("2026-11-24T00:00Z"), at("2026-11-25T00:00Z"))).toEqual([
      {
        id: "security-nightly/2026-11-24T02:00[Europe/Berlin]",
        window: "security-nightly",
        startMs: at("2026-11-24T01:00Z"),
        endMs: at("2026-11-24T04:00Z"),
        blackout: undefined,
      },
    ]);
  });

  it("opens once in the night of the spring gap, right after it, and keeps its name", () => {
    const spring = { start: "2026-11-24T02:30" };
    expect(walls(spring, "2027-03-27T12:00Z", "2027-03-29T12:00Z")).toEqual([
      "2027-03-28T03:00 2027-03-28T06:00",
      "2027-03-29T02:30 2027-03-29T05:30",
    ]);
    const [gap] = occurrencesOf(sampleWindow(spring), at("2027-03-28T01:00Z"), at("2027-03-28T01:00:01Z"));
    expect(gap?.id).toBe("security-nightly/2027-03-28T02:30[Europe/Berlin]");
  });

  it("opens once in the night of the autumn hour, at its first time", () => {
    const autumn = { start: "2026-11-24T02:30" };
    expect(walls(autumn, "2027-10-30T12:00Z", "2027-11-01T12:00Z")).toEqual([
      "2027-10-31T02:30 2027-10-31T04:30",
      "2027-11-01T02:30 2027-11-01T05:30",
    ]);
    expect(openOccurrence(sampleWindow(autumn), at("2027-10-31T00:30Z"))?.startMs).toBe(at("2027-10-31T00:30Z"));
  });
});

describe("a rule", () => {
  const begins = (recurrence: string, start: string, from: string, to: string, zone = "Europe/Berlin") =>
    walls({ recurrence, start, zone, durationSeconds: 3600 }, from, to).map((each) => each.split(" ")[0]);

  it.each<[string, string, string[]]>([
    ["FREQ=MONTHLY;BYDAY=2TU", "2026-11-01T22:00", ["2026-11-10T22:00", "2026-12-08T22:00", "2027-01-12T22:00"]],
    ["FREQ=MONTHLY;BYDAY=-1SU", "2026-11-01T22:00", ["2026-11-29T22:00", "2026-12-27T22:00", "2027-01-31T22:00"]],
    [
      "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
      "2026-11-01T22:00",
      ["2026-11-30T22:00", "2026-12-31T22:00", "2027-01-29T22:00"],
    ],
    [
      "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU",
      "2026-12-01T22:00",
      ["2026-12-01T22:00", "2026-12-22T22:00", "2027-01-12T22:00"],
    ],
    ["FREQ=MONTHLY;BYMONTHDAY=31", "2026-11-01T22:00", ["2026-12-31T22:00", "2027-01-31T22:00"]],
    ["FREQ=DAILY;COUNT=2", "2026-11-30T22:00", ["2026-11-30T22:00", "2026-12-01T22:00"]],
    ["FREQ=DAILY;UNTIL=20261201", "2026-11-30T22:00", ["2026-11-30T22:00", "2026-12-01T22:00"]],
    ["FREQ=DAILY;UNTIL=20261201T215959", "2026-11-30T22:00", ["2026-11-30T22:00"]],
    ["FREQ=DAILY;UNTIL=20261201T210000Z", "2026-11-30T22:00", ["2026-11-30T22:00", "2026-12-01T22:00"]],
    ["FREQ=DAILY;UNTIL=20261201T205959Z", "2026-11-30T22:00", ["2026-11-30T22:00"]],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-11-30T22:00", []],
  ])("%s from %s", (recurrence, start, expected) => {
    expect(begins(recurrence, start, "2026-11-01T00:00Z", "2027-02-01T00:00Z")).toEqual(expected);
  });

  it("counts from its start, wherever one looks", () => {
    const rule = "FREQ=DAILY;COUNT=10";
    expect(begins(rule, "2026-11-24T02:00", "2026-12-02T00:00Z", "2027-12-01T00:00Z")).toEqual([
      "2026-12-02T02:00",
      "2026-12-03T02:00",
    ]);
  });

  it.each([
    // Clocks go half an hour forward there, and a whole one at midnight in Chile and Egypt.
    ["Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:30"],
    ["America/Santiago", "2026-09-06T00:20", "2026-09-06T01:00"],
    ["Africa/Cairo", "2026-04-24T00:00", "2026-04-24T01:00"],
    ["Pacific/Kiritimati", "2026-10-04T02:00", "2026-10-04T02:00"],
    ["America/New_York", "2027-03-14T02:00", "2027-03-14T03:00"],
  ])("opens once in the gap of %s", (zone, declared, opens) => {
    const start = declared.replace(/^.*T/, "2026-01-01T");
    const [day] = declared.split("T");
    const found = begins("FREQ=DAILY", start, `${day}T00:00Z`, `${day}T23:59Z`, zone);
    const near = begins("FREQ=DAILY", start, "2026-01-01T00:00Z", "2027-12-31T00:00Z", zone).filter((each) =>
      each?.startsWith(String(day)),
    );
    expect(near).toEqual([opens]);
    expect(found.length).toBeLessThanOrEqual(2);
  });
});

describe("a window over midnight", () => {
  const late = sampleWindow({ start: "2026-11-24T23:00" });

  it("belongs to the day on which it opens, and is found from the next", () => {
    expect(openOccurrence(late, at("2026-11-25T00:30Z"))?.id).toBe("security-nightly/2026-11-24T23:00[Europe/Berlin]");
    expect(occurrencesOf(late, at("2026-11-25T00:59Z"), at("2026-11-25T01:00Z"))).toHaveLength(1);
  });

  it("is open from its first to before its last moment", () => {
    const open = (instant: string) => openOccurrence(late, at(instant)) !== undefined;
    expect(
      ["2026-11-24T21:59:59Z", "2026-11-24T22:00Z", "2026-11-25T00:59:59Z", "2026-11-25T01:00Z"].map(open),
    ).toEqual([false, true, true, false]);
  });

  it("does not open before its first day", () => {
    expect(openOccurrence(late, at("2026-11-23T23:00Z"))).toBeUndefined();
    expect(nextOccurrences(late, at("2020-01-01T00:00Z"), 1)[0]?.startMs).toBe(at("2026-11-24T22:00Z"));
  });
});

describe("blackouts", () => {
  const dark = (blackouts: readonly BlackoutSpec[], changes: Partial<PatchWindowSpec> = {}) =>
    occurrencesOf(sampleWindow({ blackouts, ...changes }), at("2026-12-23T00:00Z"), at("2026-12-30T00:00Z"))
      .filter(({ blackout }) => blackout !== undefined)
      .map(({ id }) => /T?(\d{2})T/.exec(id)?.[1]);
  const holidays = { start: "2026-12-24T00:00", end: "2026-12-27T00:00", reason: "Holidays" };

  it("of days hold on these days in the window's zone, and for what begins the evening before", () => {
    expect(dark([holidays])).toEqual(["24", "25", "26"]);
    expect(dark([holidays], { start: "2026-11-24T22:00" })).toEqual(["23", "24", "25", "26"]);
    expect(dark([holidays], { start: "2026-11-24T21:00" })).toEqual(["24", "25", "26"]);
  });

  it("are told with the occurrence, which does not open", () => {
    const window = sampleWindow({ blackouts: [holidays] });
    expect(occurrencesOf(window, at("2026-12-24T01:00Z"), at("2026-12-24T02:00Z"))).toMatchObject([
      { blackout: holidays },
    ]);
    expect(openOccurrence(window, at("2026-12-24T01:00Z"))).toBeUndefined();
  });

  it("recur, but for exceptions", () => {
    const weekly = { start: "2026-01-01T00:00", end: "2026-01-02T00:00", recurrence: "FREQ=WEEKLY;BYDAY=TH,FR" };
    expect(dark([weekly])).toEqual(["24", "25"]);
    expect(dark([{ ...weekly, except: ["2026-12-24T00:00"] }])).toEqual(["25"]);
  });

  it("of a time hold in their own zone", () => {
    const elsewhere = { start: "2026-12-24T02:00", end: "2026-12-24T03:00", zone: "Asia/Tokyo" };
    expect(dark([elsewhere])).toEqual([]);
    expect(dark([{ ...elsewhere, zone: "UTC" }])).toEqual(["24"]);
  });

  it("are whole days when clocks change, too", () => {
    const days = { start: "2027-10-31T00:00", end: "2027-11-01T00:00" };
    const [time] = blackoutTimesOf(
      sampleWindow({ blackouts: [days] }),
      at("2027-10-31T12:00Z"),
      at("2027-10-31T12:01Z"),
    );
    expect(time).toEqual({ blackout: days, startMs: at("2027-10-30T22:00Z"), endMs: at("2027-10-31T23:00Z") });
  });
});

it("finds the next ones", () => {
  const window = sampleWindow({
    recurrence: "FREQ=MONTHLY;BYDAY=2TU",
    start: "2026-11-01T22:00",
    durationSeconds: 4 * 3600,
  });
  expect(nextOccurrences(window, at("2026-11-24T00:00Z"), 3).map((each) => each.id)).toEqual([
    "security-nightly/2026-12-08T22:00[Europe/Berlin]",
    "security-nightly/2027-01-12T22:00[Europe/Berlin]",
    "security-nightly/2027-02-09T22:00[Europe/Berlin]",
  ]);
});

it("finds no more of them than a rule has, and some that are far away", () => {
  const rare = sampleWindow({
    recurrence: "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;COUNT=2",
    start: "2028-01-01T02:00",
  });
  expect(nextOccurrences(rare, at("2026-11-24T00:00Z"), 5).map(({ id }) => id)).toEqual([
    "security-nightly/2028-02-29T02:00[Europe/Berlin]",
    "security-nightly/2032-02-29T02:00[Europe/Berlin]",
  ]);
});

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Africa/Cairo",
  "Asia/Kolkata",
  "Pacific/Kiritimati",
  "UTC",
];
const rules = [
  "FREQ=DAILY",
  "FREQ=DAILY;INTERVAL=3",
  "FREQ=WEEKLY;BYDAY=SA,SU",
  "FREQ=MONTHLY;BYDAY=2TU,-1SU",
  "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
  "FREQ=DAILY;COUNT=400",
  "FREQ=DAILY;UNTIL=20271031",
  "FREQ=YEARLY;BYMONTH=3,10;BYDAY=SU",
];
const twoDigits = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((value) => String(value).padStart(2, "0"));

it("finds occurrences in order, none open together, whatever the range that is asked for", () => {
  const windows = fc.record({
    recurrence: fc.constantFrom(...rules),
    zone: fc.constantFrom(...zones),
    start: fc
      .tuple(twoDigits(1, 12), twoDigits(1, 28), twoDigits(0, 23), twoDigits(0, 59))
      .map(([month, day, hour, minute]) => `2026-${month}-${day}T${hour}:${minute}`),
    durationSeconds: fc.integer({ min: 60, max: 23 * 3600 }),
  });
  const hour = 3_600_000;
  const [first, last] = [at("2026-01-01T00:00Z"), at("2028-01-01T00:00Z")];
  const range = fc.tuple(fc.integer({ min: first, max: last }), fc.integer({ min: 1, max: 90 * 24 * hour }));
  fc.assert(
    fc.property(windows, range, (changes, [fromMs, lengthMs]) => {
      const window = sampleWindow(changes);
      const all = occurrencesOf(window, first - 48 * hour, last + 200 * 24 * hour);
      for (const [index, each] of all.entries()) {
        expect(each.endMs - each.startMs).toBe(changes.durationSeconds * 1000);
        expect(each.startMs).toBeGreaterThanOrEqual(all[index - 1]?.endMs ?? Number.NEGATIVE_INFINITY);
      }
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      const toMs = fromMs + lengthMs;
      expect(occurrencesOf(window, fromMs, toMs)).toEqual(
        all.filter(({ startMs, endMs }) => startMs < toMs && fromMs < endMs),
      );
      expect(nextOccurrences(window, fromMs, 2)).toEqual(all.filter(({ startMs }) => startMs >= fromMs).slice(0, 2));
    }),
    { numRuns: 40 },
  );
});
