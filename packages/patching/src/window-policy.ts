import { hostname, userInfo } from "node:os";
import { type Occurrence, type PatchWindowSpec, renderSnapshot } from "@allmende/model";
import { latestBeginsMs } from "./cutoff.js";
import type { RunPolicy } from "./run-policy.js";

/** What a window lets its runs do, and until when. Without an occurrence there is no end. */
export function policyOf(window: PatchWindowSpec, occurrence?: Occurrence): RunPolicy {
  const latestMs = occurrence === undefined ? {} : latestBeginsMs(window, occurrence);
  const { updates, reboot, limits, backup } = window;
  const snapshot = occurrence === undefined ? undefined : snapshotOf(window, occurrence.startMs);
  return { updates, ...(snapshot !== undefined && { snapshot }), reboot, latestMs, limits, backup };
}

/**
 * The snapshot (`20261124T020000Z`) that a window means for an opening; undefined: none. Emergencies have none: what they bring is
 * newer than any level that was chosen before.
 */
export function snapshotOf({ snapshot }: Pick<PatchWindowSpec, "snapshot">, openingMs: number): string | undefined {
  return snapshot === "opening" ? renderSnapshot(openingMs) : snapshot;
}

/** Who runs it, for whoever finds a host locked: `ci@runner`. */
export function ownerName(): string {
  return `${userInfo().username}@${hostname()}`;
}
