import { Temporal } from "temporal-polyfill";
import type { BlackoutSpec, Occurrence, PatchWindowSpec } from "./patch-window.js";
import { requireFeeds } from "./patch-window-feeds.js";
import { beginsOf, instantMs, nextBegin, wallText, wallTimeAt } from "./wall-clock.js";

/** Every opening of a window that shares some time with [fromMs, toMs), in order, blacked out ones among them. */
export function occurrencesOf(window: PatchWindowSpec, fromMs: number, toMs: number): Occurrence[] {
  if (!(fromMs < toMs)) return [];
  const lengthMs = window.durationSeconds * 1000;
  const blackouts = blackoutTimesOf(window, fromMs - lengthMs, toMs + lengthMs);
  return beginsOf(window, fromMs - lengthMs + 1, toMs).map(({ wall, startMs }) => {
    const endMs = startMs + lengthMs;
    const touched = blackouts.filter((each) => each.startMs < endMs && startMs < each.endMs);
    const known = touched.find((each) => each.blackout.isUnknown !== true);
    return {
      id: `${window.name}/${wallText(wall)}[${window.zone}]`,
      window: window.name,
      startMs,
      endMs,
      blackout: (known ?? touched[0])?.blackout,
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
    const toMs = startMs + 40 * 86_400_000;
    found.push(...occurrencesOf(window, startMs, toMs).filter((each) => each.startMs >= startMs));
    next = nextBegin(window, toMs);
  }
  return found.slice(0, count);
}

/** A blackout at the time at which it applies. */
export interface BlackoutTime {
  readonly blackout: BlackoutSpec;
  readonly startMs: number;
  readonly endMs: number;
}

/** Every time of a window's blackouts that touches [fromMs, toMs), by begin. Throws UserError `feed-not-read`, as all here that opens windows. */
export function blackoutTimesOf(window: PatchWindowSpec, fromMs: number, toMs: number): BlackoutTime[] {
  requireFeeds(window);
  return window.blackouts
    .flatMap((blackout) => timesOf(blackout, blackout.zone ?? window.zone, fromMs, toMs))
    .sort((one, other) => one.startMs - other.startMs);
}

function timesOf(blackout: BlackoutSpec, zone: string, fromMs: number, toMs: number): BlackoutTime[] {
  const { start, end, recurrence, except = [] } = blackout;
  const first = Temporal.PlainDateTime.from(start);
  const length = first.until(Temporal.PlainDateTime.from(end), { largestUnit: "day" });
  // A day more: clocks that are set back make a day longer than 24 hours.
  const longestMs = length.total({ unit: "millisecond", relativeTo: first.toPlainDate() }) + 86_400_000;
  const skipped = new Set(except);
  return beginsOf({ start, zone, recurrence }, fromMs - longestMs, toMs)
    .filter(({ wall }) => !skipped.has(wallText(wall)))
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
