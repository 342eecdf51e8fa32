import type { PatchWindowSpec } from "../patch-window.js";

/** Every night at two in Berlin, for three hours. */
export function sampleWindow(changes: Partial<PatchWindowSpec> = {}): PatchWindowSpec {
  return {
    name: "security-nightly",
    recurrence: "FREQ=DAILY",
    zone: "Europe/Berlin",
    start: "2026-11-24T02:00",
    durationSeconds: 3 * 3600,
    updates: "security",
    reboot: "if-needed",
    hosts: {},
    waves: [],
    concurrency: { kind: "count", count: 1 },
    errorThreshold: { kind: "count", count: 0 },
    cutoffSeconds: { upgrade: 5400, restart: 2700, reboot: 1800 },
    blackouts: [],
    noticeSeconds: 259_200,
    ...changes,
  };
}
