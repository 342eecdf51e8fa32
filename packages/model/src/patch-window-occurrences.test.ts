import { describe, expect, it } from "vitest";
import { nextOccurrences, occurrencesOf, openOccurrence, wallTimesOf } from "./patch-window-occurrences.js";
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
