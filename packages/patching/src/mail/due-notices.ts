import { type Inventory, type MemberSpec, type Occurrence, occurrencesOf, type PatchWindowSpec } from "@allmende/model";
import { hostsOfWindow } from "../wave-plan.js";

/** One member who is to be told of one occurrence. */
export interface DueNotice {
  readonly window: PatchWindowSpec;
  readonly occurrence: Occurrence;
  readonly member: MemberSpec;
  /** Hosts of the window with services of the member, and these, by name. */
  readonly hosts: readonly { readonly host: string; readonly services: readonly string[] }[];
}

/**
 * Everyone who is to be told by now: an occurrence opens within its window's notice period, has not begun, is not blacked out, and concerns
 * a host with services of the member. By opening, then by member.
 */
export function dueNotices(
  { windows, hosts, members, services }: Inventory & { readonly windows: readonly PatchWindowSpec[] },
  nowMs: number,
): DueNotice[] {
  return windows
    .flatMap((window) => {
      const untilMs = nowMs + window.noticeSeconds * 1000;
      const names = new Set(hostsOfWindow(window, hosts).map((host) => host.name));
      const concerned = members.flatMap((member) => {
        const own = services.filter((service) => service.member === member.name && names.has(service.host));
        return own.length === 0 ? [] : [{ member, hosts: byHost(own) }];
      });
      return occurrencesOf(window, nowMs, untilMs + 1)
        .filter(({ startMs, blackout }) => startMs > nowMs && blackout === undefined)
        .flatMap((occurrence) => concerned.map((each) => ({ window, occurrence, ...each })));
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
