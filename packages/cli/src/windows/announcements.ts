import { type BlackoutSpec, describeBlackout, UserError, wallTimesOf } from "@allmende/model";
import type { Announcement, Span } from "@allmende/patching";

/** From now on, so many days of 24 hours. */
export function spanOfDays(nowMs: number, days: number): Span {
  return { fromMs: nowMs, toMs: nowMs + days * 86_400_000 };
}

/** UserError `unknown-member` unless there is such a member, or none is meant. */
export function checkMember(
  { members }: { readonly members: readonly { readonly name: string }[] },
  name: string | undefined,
): void {
  if (name === undefined || members.some((member) => member.name === name)) return;
  throw new UserError(`there is no member ${name}`, {
    code: "unknown-member",
    concerns: name,
    nextStep: `name one of: ${members.map((member) => member.name).join(", ")}`,
  });
}

/** Why an occurrence does not open, as `--json` has it. */
export function describeClosed(blackout: BlackoutSpec): {
  readonly reason: string | undefined;
  readonly isUnknown?: true;
} {
  return { reason: describeBlackout(blackout), ...(blackout.isUnknown && { isUnknown: true }) };
}

/** An announcement for programs: instants in UTC, wall times in the window's zone. */
export function describeAnnouncement(announcement: Announcement): object {
  const { window, hosts, services, occurrence } = announcement;
  const wall = wallTimesOf(window, occurrence);
  return {
    id: occurrence.id,
    window: window.name,
    opens: new Date(occurrence.startMs).toISOString(),
    closes: new Date(occurrence.endMs).toISOString(),
    zone: window.zone,
    wallOpens: wall.start,
    wallCloses: wall.end,
    updates: window.updates,
    reboot: window.reboot,
    hosts,
    services,
    ...(occurrence.blackout === undefined ? {} : { blackout: describeClosed(occurrence.blackout) }),
  };
}
