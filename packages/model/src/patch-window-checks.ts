import { renderDuration } from "./duration.js";
import type { Finding } from "./finding.js";
import { windowEntrySchema } from "./patch-window-input.js";
import { defaultRunLimits } from "./patch-window-limits.js";
import { horizonYears, nextBegin } from "./wall-clock.js";

type Limits = { readonly lock?: number; readonly reboot?: number };
const limits = defaultRunLimits;
const longestHours = 23;
const phases = ["upgrade", "restart", "reboot"] as const;

type Fields = Readonly<Record<string, unknown>>;
interface Field {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: unknown };
}

/** What no single key of a window shows. Keys that are wrong by themselves are left alone. */
export function checkWindowInput(input: Fields): Finding[] {
  return [
    ...checkOpenings(input),
    ...checkLengths(input),
    ...checkReboot(input),
    ...checkLimits(input),
    ...checkBlackoutDays(input),
  ];
}

function checkOpenings(input: Fields): Finding[] {
  const [recurrence, zone, start] = (["recurrence", "zone", "start"] as const).map((key) => read<string>(input, key));
  if (recurrence === undefined || zone === undefined || start === undefined) return [];
  if (nextBegin({ recurrence, zone, start }, Number.NEGATIVE_INFINITY) !== undefined) return [];
  return [
    {
      path: ["recurrence"],
      message: `never opens in ${horizonYears} years from ${start} on: no such day, or its end lies before`,
    },
  ];
}

function checkLengths(input: Fields): Finding[] {
  const duration = read<number>(input, "duration");
  if (duration === undefined) return [];
  if (duration > longestHours * 3600) {
    const message = `is longer than ${longestHours}h: when clocks go forward, a window could still be open when it opens again`;
    return [{ path: ["duration"], message }];
  }
  const findings: Finding[] = [];
  const total = renderDuration(duration);
  const cutoff = read<Partial<Record<(typeof phases)[number], number>>>(input, "cutoff") ?? {};
  for (const [index, phase] of phases.entries()) {
    const left = cutoff[phase];
    if (left === undefined) continue;
    if (left >= duration) {
      const message = `leaves no time: the window is open for ${total}, ${phase} may not begin in the last ${renderDuration(left)}`;
      findings.push({ path: ["cutoff", phase], message });
    }
    const before = phases[index - 1];
    const earlier = before === undefined ? undefined : cutoff[before];
    if (earlier !== undefined && left > earlier) {
      const message = `is more than for ${before}, which comes first: it could begin and the ${phase} that it needs could not`;
      findings.push({ path: ["cutoff", phase], message });
    }
  }
  const canary = read<"none" | { readonly soak: number }>(input, "canary");
  if (typeof canary === "object" && canary.soak >= duration) {
    findings.push({
      path: ["canary", "soak"],
      message: `leaves no time for other hosts: the window is open for ${total}`,
    });
  }
  return findings;
}

function checkReboot(input: Fields): Finding[] {
  const cutoff = read<{ readonly reboot?: number }>(input, "cutoff");
  if (read(input, "reboot") !== "if-needed" || cutoff === undefined || cutoff.reboot !== undefined) return [];
  const message = "is missing: hosts may reboot, so say how much time must be left for it, such as 30m";
  return [{ path: ["cutoff", "reboot"], message }];
}

function checkLimits(input: Fields): Finding[] {
  const { lock, reboot } = { lock: limits.lockSeconds, reboot: limits.rebootSeconds, ...read<Limits>(input, "limits") };
  if (lock > reboot) return [];
  const message = `is not longer than a reboot (${renderDuration(reboot)}): a host that reboots would lose its lock`;
  return [{ path: ["limits", "lock"], message }];
}

function checkBlackoutDays({ blackouts }: Fields): Finding[] {
  if (!Array.isArray(blackouts)) return [];
  return blackouts.flatMap((blackout: unknown, index) => {
    const { from, to } = (typeof blackout === "object" && blackout !== null ? blackout : {}) as Fields;
    if (typeof from !== "string" || typeof to !== "string" || from <= to) return [];
    return [{ path: ["blackouts", index, "to"], message: `lies before ${from}` }];
  });
}

function read<T>(input: Fields, key: keyof typeof windowEntrySchema.shape): T | undefined {
  const result = (windowEntrySchema.shape[key] as Field).safeParse(input[key]);
  return result.success ? (result.data as T) : undefined;
}
