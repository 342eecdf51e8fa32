import {
  type BlackoutTime,
  blackoutTimesOf,
  type Inventory,
  type Occurrence,
  occurrencesOf,
  type PatchWindowSpec,
  wallTimeAt,
} from "@allmende/model";
import { hostsOfWindow } from "./wave-plan.js";

/** An inventory, as far as announcements need it. */
export interface Announced {
  readonly hosts: readonly Pick<Inventory["hosts"][number], "name" | "labels">[];
  readonly services: readonly Pick<Inventory["services"][number], "name" | "member" | "host">[];
  readonly windows: readonly PatchWindowSpec[];
}

/** A time span: fromMs <= instant < toMs. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Whom and what a window concerns; for a member only what is theirs. */
export interface WindowReach {
  readonly window: PatchWindowSpec;
  /** Names of hosts, in order. */
  readonly hosts: readonly string[];
  /** Names of services on them, in order. */
  readonly services: readonly string[];
}

/** All windows; for a member those that touch a host with a service of theirs. */
export function reachOfWindows({ hosts, services, windows }: Announced, member?: string): WindowReach[] {
  const own = services.filter((service) => member === undefined || service.member === member);
  return windows
    .map((window) => {
      const selected = hostsOfWindow(window, hosts).map((host) => host.name);
      const concerned = own.filter((service) => selected.includes(service.host));
      const places = new Set(concerned.map((service) => service.host));
      return {
        window,
        hosts: member === undefined ? selected : selected.filter((host) => places.has(host)),
        services: concerned.map((service) => service.name).sort(),
      };
    })
    .filter(({ hosts: touched }) => member === undefined || touched.length > 0);
}

/** One opening, with whom it concerns. */
export interface Announcement extends WindowReach {
  readonly occurrence: Occurrence;
}

/** What opens in a span of time, by begin; blacked out occurrences among them. */
export function announce(announced: Announced, span: Span, member?: string): Announcement[] {
  return reachOfWindows(announced, member)
    .flatMap((reach) =>
      occurrencesOf(reach.window, span.fromMs, span.toMs).map((occurrence) => ({ ...reach, occurrence })),
    )
    .sort((one, other) => one.occurrence.startMs - other.occurrence.startMs || compare(one.window, other.window));
}

/** One time without patching, and the windows that it closes. */
export interface AnnouncedBlackout extends BlackoutTime {
  /** The whole days that it is, first and last plus one, where it is such. */
  readonly days?: { readonly from: string; readonly until: string } | undefined;
  readonly windows: readonly string[];
}

/** Blackouts in a span of time, by begin; what several windows share stands there once. What stands in for one that cannot be read is none. */
export function announceBlackouts(announced: Announced, span: Span, member?: string): AnnouncedBlackout[] {
  const found = new Map<string, AnnouncedBlackout>();
  for (const { window } of reachOfWindows(announced, member)) {
    for (const time of blackoutTimesOf(window, span.fromMs, span.toMs)) {
      if (time.blackout.isUnknown) continue;
      const key = JSON.stringify([time.startMs, time.endMs, time.blackout.reason]);
      const windows = [...(found.get(key)?.windows ?? []), window.name];
      found.set(key, { ...time, days: daysOf(time, window.zone), windows: [...new Set(windows)] });
    }
  }
  return [...found.values()].sort((one, other) => one.startMs - other.startMs);
}

function daysOf({ blackout, startMs, endMs }: BlackoutTime, windowZone: string): AnnouncedBlackout["days"] {
  const isMidnight = [blackout.start, blackout.end].every((wall) => wall.endsWith("T00:00"));
  const zone = blackout.zone ?? windowZone;
  const day = (instant: number) => wallTimeAt(instant, zone).slice(0, 10);
  return isMidnight ? { from: day(startMs), until: day(endMs) } : undefined;
}

const compare = (one: PatchWindowSpec, other: PatchWindowSpec) => (one.name < other.name ? -1 : 1);
