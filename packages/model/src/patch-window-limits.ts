import * as z from "zod";
import { parsePeriod, periodPattern, renderDuration } from "./duration.js";
import type { RunLimits } from "./patch-window.js";
import { parseRam, ramPattern } from "./ram.js";
import { checkedText, closedObject, parsedText, wholeNumber } from "./schema-tools.js";

/** Not the cooperative's policy, only what has worked: each can be declared for a window. */
export const defaultRunLimits: RunLimits = {
  freeMib: 64,
  load: 8,
  clockSkewSeconds: 120,
  lockSeconds: 1800,
  settleSeconds: 180,
  rebootSeconds: 300,
  keepRuns: 50,
};

const mib = 1024 ** 2;
const defaults = defaultRunLimits;

const period = (title: string, description: string, seconds: number) => {
  const standard = renderDuration(seconds);
  return parsedText(parsePeriod, { title, description, default: standard, pattern: periodPattern }).optional();
};

/** Technical bounds of a run, as they are written. */
export const limitsSchema = closedObject({
  free: parsedText(parseRam, {
    title: "Free space",
    description: "What must be left free on /, /boot and /var beside what the packages need",
    default: `${defaults.freeMib}MiB`,
    pattern: ramPattern,
  }).optional(),
  load: z
    .number({ error: () => "must be a number above 0, such as 4 or 1.5" })
    .min(0.01)
    .max(1000)
    .optional()
    .meta({
      title: "Load",
      description: "Load of the last five minutes for each CPU, above which no run begins",
      default: defaults.load,
    }),
  clock: period(
    "Clock",
    "How far the clocks of host and runner may be apart when the host's is not synchronised",
    defaults.clockSkewSeconds,
  ),
  lock: period(
    "Lock",
    "A run without a sign of life for so long has lost its host; longer than any reboot",
    defaults.lockSeconds,
  ),
  settle: period(
    "Settle time",
    "How long services and ports may take to come back before the proof begins",
    defaults.settleSeconds,
  ),
  reboot: period(
    "Reboot",
    "What a reboot with its proof takes, until one was seen; a silent host is waited for three times as long",
    defaults.rebootSeconds,
  ),
  keepRuns: wholeNumber(1, 10_000, "must be a whole number from 1")
    .optional()
    .meta({ title: "Runs kept", description: "How many runs a host remembers", default: defaults.keepRuns }),
});

const markerPattern = "^/[^\\s\\x00-\\x1f]+$";

/** How the age of backups is known, as it is written. */
export const backupSchema = closedObject({
  marker: checkedText((path) =>
    new RegExp(markerPattern).test(path) && !path.split("/").includes("..")
      ? undefined
      : "must be the full path of a file on the host, without blanks, such as /var/lib/restic/last",
  ).meta({
    title: "Marker",
    description: "A file on the host whose time says when the last backup ended: touched at its end",
    pattern: markerPattern,
  }),
  maxAge: parsedText(parsePeriod, {
    title: "Greatest age",
    description: "With an older backup no run begins",
    examples: ["26h"],
    pattern: periodPattern,
  }),
});

export function runLimitsOf(written: z.output<typeof limitsSchema>): Partial<RunLimits> {
  const { free, load, clock, lock, settle, reboot, keepRuns } = written;
  const limits = {
    ...{ freeMib: free === undefined ? undefined : Math.ceil(free / mib), load, clockSkewSeconds: clock },
    ...{ lockSeconds: lock, settleSeconds: settle, rebootSeconds: reboot, keepRuns },
  };
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
