import { defaultRunLimits, UserError } from "@allmende/model";
import { type HeldKernel, renderHold } from "./held-kernel.js";
import type { PendingPackage, RunIdentity, RunPolicy, RunPrediction } from "./run-policy.js";

/**
 * What patch.sh reads after itself: tab-separated lines, explained at its top. `nowMs` is the runner's clock.
 * Throws UserError `unsafe-order` when a text could be taken for something else; the script checks the same again.
 */
export function renderOrder(
  identity: RunIdentity,
  policy: RunPolicy,
  packages: readonly PendingPackage[],
  nowMs: number,
  prediction?: RunPrediction | undefined,
  hold: readonly HeldKernel[] = [],
): string {
  const limits = { ...defaultRunLimits, ...policy.limits };
  const { stack, owner, occurrence, emergency } = identity;
  const lines: (string | number)[][] = [
    ["run", runKey(stack), runKey(occurrence), owner, occurrence],
    ["now", Math.floor(nowMs / 1000)],
    ["scope", policy.updates],
    ...(policy.snapshot === undefined ? [] : [["snapshot", policy.snapshot]]),
    ["reboot", policy.reboot],
    ...Object.entries(policy.latestMs).map(([phase, ms]) => ["until", phase, Math.floor(ms / 1000)]),
    ["limit", "free-mib", limits.freeMib],
    ["limit", "load-percent", Math.round(limits.load * 100)],
    ["limit", "clock-skew-seconds", limits.clockSkewSeconds],
    ["limit", "lock-seconds", limits.lockSeconds],
    ["limit", "settle-seconds", limits.settleSeconds],
    ["limit", "reboot-seconds", limits.rebootSeconds],
    ["limit", "keep-runs", limits.keepRuns],
    ...(policy.backup ? [["backup", policy.backup.maxAgeSeconds, policy.backup.marker]] : []),
    ...packages.map((entry) => [
      ...["package", entry.name, entry.architecture, entry.installed ?? "-", entry.available],
      entry.security ? "security" : "other",
    ]),
    ...hold.map(renderHold),
    ...(prediction ? renderPrediction(prediction) : []),
    ...(emergency ? [["emergency", emergency.by, emergency.reason]] : []),
  ];
  return [...lines, ["end", lines.length]].map(renderLine).join("");
}

function renderPrediction({ restarts, reboot }: RunPrediction): string[][] {
  const units = restarts.map(({ of, unit }) => ["predicted", "restart", of, unit]);
  return [...units, ["predicted", "reboot", reboot ?? "-"]];
}

function renderLine(fields: readonly (string | number)[]): string {
  for (const field of fields) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not be there
    if (String(field) === "" || /[\u0000-\u001f\u007f]/.test(String(field))) {
      throw new UserError(`"${field}" cannot stand in the order of a patch run: one line of text is needed.`, {
        code: "unsafe-order",
        concerns: String(fields[0]),
      });
    }
  }
  return `${fields.join("\t")}\n`;
}

/** A stack or occurrence as the name of a folder on the host: `security-nightly_2026-11-24T02:00_Europe_Berlin_`. */
export function runKey(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9@._:+-]/g, "_").replace(/^[^A-Za-z0-9]/, "x$&");
}

/** Whether two runs are the same one: hosts know a stack by its key. */
export function sameRun(
  one: Pick<RunIdentity, "stack" | "occurrence">,
  other: Pick<RunIdentity, "stack" | "occurrence">,
): boolean {
  return runKey(one.stack) === runKey(other.stack) && runKey(one.occurrence) === runKey(other.occurrence);
}
