import { Temporal } from "temporal-polyfill";
import type { BlackoutSpec, Occurrence, PatchWindowSpec } from "./patch-window.js";
import { beginsOf, instantMs, nextBegin, wallTimeAt } from "./wall-clock.js";

/** Every opening of a window that shares some time with [fromMs, toMs), in order, blacked out ones among them. */
export function occurrencesOf(window: PatchWindowSpec, fromMs: number, toMs: number): Occurrence[] {
  if (!(fromMs < toMs)) return [];
  return beginsOf(window, fromMs - window.durationSeconds * 1000 + 1, toMs).map(({ wall, startMs }) => {
    const endMs = startMs + window.durationSeconds * 1000;
    return {
      id: `${window.name}/${wall.toString({ smallestUnit: "minute" })}[${window.zone}]`,
      window: window.name,
      startMs,
      endMs,
      blackout: blackoutDuring(window, startMs, endMs),
    };
  });
}

/** The occurrence that is open at an instant; none when it is blacked out. */
export function openOccurrence(window: PatchWindowSpec, instantMs: number): Occurrence | undefined {
  return occurrencesOf(window, instantMs, instantMs + 1).find(({ blackout }) => blackout === undefined);
}

/** The next `count` occurrences that begin at or after an instant, blacked out ones among them; fewer when the rule ends. */
export function nextOccurrences(window: PatchWindowSpec, fromMs: number, count: number): Occurrence[] {
  const found: Occurrence[] = [];
  let next = nextBegin(window, fromMs);
  while (next !== undefined && found.length < count) {
    const { startMs } = next;
    found.push(...occurrencesOf(window, startMs, startMs + 1).filter((each) => each.startMs === startMs));
    next = nextBegin(window, startMs + 1);
  }
  return found;
}

/** A blackout at the time at which it applies. */
export interface BlackoutTime {
  readonly blackout: BlackoutSpec;
  readonly startMs: number;
  readonly endMs: number;
}

/** Every time of a window's blackouts that touches [fromMs, toMs), by begin. */
export function blackoutTimesOf(window: PatchWindowSpec, fromMs: number, toMs: number): BlackoutTime[] {
  return window.blackouts
    .flatMap((blackout) => timesOf(blackout, blackout.zone ?? window.zone, fromMs, toMs))
    .sort((one, other) => one.startMs - other.startMs);
}

function blackoutDuring(window: PatchWindowSpec, fromMs: number, toMs: number): BlackoutSpec | undefined {
  return blackoutTimesOf(window, fromMs, toMs)[0]?.blackout;
}

function timesOf(blackout: BlackoutSpec, zone: string, fromMs: number, toMs: number): BlackoutTime[] {
  const { start, end, recurrence, except = [] } = blackout;
  const first = Temporal.PlainDateTime.from(start);
  const length = first.until(Temporal.PlainDateTime.from(end), { largestUnit: "day" });
  // A day more: clocks that are set back make a day longer than 24 hours.
  const longestMs = length.total({ unit: "millisecond", relativeTo: first.toPlainDate() }) + 86_400_000;
  const skipped = new Set(except.map((each) => Temporal.PlainDateTime.from(each).toString()));
  return beginsOf({ start, zone, recurrence }, fromMs - longestMs, toMs)
    .filter(({ wall }) => !skipped.has(wall.toString()))
    .map(({ wall, startMs }) => ({ blackout, startMs, endMs: instantMs(wall.add(length), zone) }))
    .filter(({ startMs, endMs }) => startMs < toMs && fromMs < endMs);
}

/** `2026-11-24T02:00`: what clocks show when an occurrence really begins and ends. */
export function wallTimesOf(
  window: PatchWindowSpec,
  occurrence: Occurrence,
): { readonly start: string; readonly end: string } {
  return { start: wallTimeAt(occurrence.startMs, window.zone), end: wallTimeAt(occurrence.endMs, window.zone) };
}
