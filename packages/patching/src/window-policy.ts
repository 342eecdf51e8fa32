import { hostname, userInfo } from "node:os";
import type { Occurrence, PatchWindowSpec } from "@allmende/model";
import { latestBeginsMs } from "./cutoff.js";
import type { RunPolicy } from "./run-policy.js";

/** What a window lets its runs do, and until when. Without an occurrence there is no end. */
export function policyOf(window: PatchWindowSpec, occurrence?: Occurrence): RunPolicy {
  const latestMs = occurrence === undefined ? {} : latestBeginsMs(window, occurrence);
  const { updates, reboot, limits, backup } = window;
  return { updates, reboot, latestMs, limits, backup };
}

/** Who runs it, for whoever finds a host locked: `ci@runner`. */
export function ownerName(): string {
  return `${userInfo().username}@${hostname()}`;
}
