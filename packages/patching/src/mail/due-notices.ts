import { type Inventory, type MemberSpec, type Occurrence, occurrencesOf, type PatchWindowSpec } from "@allmende/model";
import { hostsOfWindow } from "../wave-plan.js";

/** One member who is to be told of openings of one window. */
export interface DueNotice {
  readonly window: PatchWindowSpec;
  /** The next opening of which the member was not told yet; the next at all when they were told of all that are near. */
  readonly occurrence: Occurrence;
  /** Of which the same mail tells as well: those that follow within less than a week, so that a window that opens every day is one mail a week. */
  readonly later: readonly Occurrence[];
  readonly member: MemberSpec;
  /** Hosts of the window with services of the member, and these, by name. */
  readonly hosts: readonly { readonly host: string; readonly services: readonly string[] }[];
}

/** Clocks that change in between do not make the same hour of the next week a part of this one. */
const weekMs = (7 * 24 - 2) * 3_600_000;

/**
 * Everyone who is to be told by now: an occurrence opens within its window's notice period, has not begun, is not blacked out, and concerns
 * a host with services of the member. One for each member and window, whatever opens how often; by opening, then by member.
 * `wasTold` knows of what a member was told before.
 */
export function dueNotices(
  { windows, hosts, members, services }: Inventory & { readonly windows: readonly PatchWindowSpec[] },
  nowMs: number,
  wasTold: (occurrence: Occurrence, member: MemberSpec) => boolean = () => false,
): DueNotice[] {
  return windows
    .flatMap((window) => {
      const untilMs = nowMs + window.noticeSeconds * 1000;
      const names = new Set(hostsOfWindow(window, hosts).map((host) => host.name));
      const openings = occurrencesOf(window, nowMs, untilMs + weekMs).filter(
        ({ startMs, blackout }) => startMs > nowMs && blackout === undefined,
      );
      const near = openings.filter(({ startMs }) => startMs <= untilMs);
      return members.flatMap((member): DueNotice[] => {
        const own = services.filter((service) => service.member === member.name && names.has(service.host));
        const occurrence = near.find((each) => !wasTold(each, member)) ?? near[0];
        if (own.length === 0 || occurrence === undefined) return [];
        const later = openings.filter(
          ({ startMs }) => startMs > occurrence.startMs && startMs < occurrence.startMs + weekMs,
        );
        return [{ window, occurrence, later, member, hosts: byHost(own) }];
      });
    })
    .sort((one, other) => one.occurrence.startMs - other.occurrence.startMs);
}

function byHost(services: readonly { readonly name: string; readonly host: string }[]): DueNotice["hosts"] {
  const hosts = [...new Set(services.map(({ host }) => host))].sort();
  return hosts.map((host) => ({
    host,
    services: services
      .filter((service) => service.host === host)
      .map(({ name }) => name)
      .sort(),
  }));
}
