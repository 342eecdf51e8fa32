import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";

/** Something that begins at a wall time in a zone, once or by a rule. */
export interface WallSeries {
  /** `2026-11-24T02:00`: the first time that it may begin. */
  readonly start: string;
  readonly zone: string;
  /** As `parseRecurrence` gives it; undefined: once. */
  readonly recurrence?: string | undefined;
}

/** One begin of a series. */
export interface WallBegin {
  /** As declared: in the spring gap a time that no clock shows. */
  readonly wall: Temporal.PlainDateTime;
  readonly startMs: number;
}

/** More than wall time differs from UTC anywhere, gaps included. */
const marginMs = 2 * 86_400_000;

/** How far ahead a next begin is looked for: more than any rule pauses that people write (29 February on a Monday: 28 to 40 years). */
export const horizonYears = 50;

/** For the library: all days of twice that time one by one, as a rule needs that never opens or counts. */
const mostSteps = 40_000;

/** Begins with fromMs <= startMs < toMs, in order. */
export function beginsOf(series: WallSeries, fromMs: number, toMs: number): WallBegin[] {
  const first = Temporal.PlainDateTime.from(series.start);
  const begin = (wall: Temporal.PlainDateTime) => ({ wall, startMs: instantMs(wall, series.zone) });
  // As if the zone were UTC: the library leaves out what falls into a gap, and UTC has none.
  const from = new Date(Math.max(fromMs - marginMs, -marginMs));
  const to = new Date(toMs + marginMs);
  const isNear = (wall: Temporal.PlainDateTime) => {
    const { epochMilliseconds } = wall.toZonedDateTime("UTC");
    return from.getTime() <= epochMilliseconds && epochMilliseconds < to.getTime();
  };
  const walls =
    series.recurrence === undefined
      ? [first].filter(isNear)
      : ruleOf(series, first)
          .between(from, to, true)
          .map((each) => each.toPlainDateTime());
  return walls.map(begin).filter(({ startMs }) => fromMs <= startMs && startMs < toMs);
}

/** The first begin at or after fromMs; undefined when there is none any more, or none in `horizonYears`. */
export function nextBegin(series: WallSeries, fromMs: number): WallBegin | undefined {
  let from = Math.max(fromMs, instantOf(series.start, series.zone));
  const farMs = from + horizonYears * 365.25 * 86_400_000;
  for (let days = 40; from < farMs; days *= 4) {
    const to = Math.min(from + days * 86_400_000, farMs);
    const [found] = beginsOf(series, from, to);
    if (found !== undefined) return found;
    from = to;
  }
  return undefined;
}

/** When clocks show a wall time: its first time in autumn; in the spring gap the moment right after it. */
export function instantMs(wall: Temporal.PlainDateTime, zone: string): number {
  const before = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (before.toPlainDateTime().equals(wall)) return before.epochMilliseconds;
  return before.getTimeZoneTransition("next")?.epochMilliseconds ?? before.epochMilliseconds;
}

/** What clocks in a zone show: `2026-11-24T02:00`, with seconds where there are any. */
export function wallTimeAt(instant: number, zone: string): string {
  return wallText(Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDateTime());
}

/** The one way in which a wall time is written: without seconds where there are none. */
export function wallText(wall: Temporal.PlainDateTime | string): string {
  const plain = Temporal.PlainDateTime.from(wall);
  return plain.toString({ smallestUnit: plain.second === 0 ? "minute" : "second" });
}

/** `instantMs` of a text. */
export function instantOf(wall: string, zone: string): number {
  return instantMs(Temporal.PlainDateTime.from(wall), zone);
}

function ruleOf(
  { recurrence = "", zone }: WallSeries,
  first: Temporal.PlainDateTime,
): RRuleTemporal<Temporal.ZonedDateTime> {
  const rule = recurrence.replace(/UNTIL=([^;]+)/, (_, until: string) => `UNTIL=${untilAsUtc(until, zone)}`);
  const dtstart = first.toZonedDateTime("UTC");
  const rruleString = `RRULE:${rule}`;
  return new RRuleTemporal({ temporal: Temporal, dtstart, rruleString, strict: true, maxIterations: mostSteps });
}

/** The end of a rule as the wall time that it is in the zone, written as if that were UTC. */
function untilAsUtc(until: string, zone: string): string {
  if (!until.includes("T")) return `${until}T235959Z`;
  if (!until.endsWith("Z")) return `${until}Z`;
  const wall = Temporal.Instant.from(until).toZonedDateTimeISO(zone).toPlainDateTime();
  return `${wall.toString({ smallestUnit: "second" }).replace(/[-:]/g, "")}Z`;
}
