import * as z from "zod";
import { parsePeriod, periodPattern } from "./duration.js";
import { selectorSchema } from "./labels.js";
import { labelPattern, windowNameProblem } from "./names.js";
import type { BlackoutFeed, HostAmount, PatchWindowSpec } from "./patch-window.js";
import { blackoutsSchema } from "./patch-window-blackouts.js";
import { backupSchema, limitsSchema, runLimitsOf } from "./patch-window-limits.js";
import { parseRecurrence } from "./patch-window-rule.js";
import {
  parsePercent,
  parseSnapshot,
  parseWallTime,
  parseZone,
  percentPattern,
  snapshotPattern,
  wallTimePattern,
} from "./patch-window-values.js";
import { refusedWindowKeys } from "./refused-keys.js";
import { checkedText, closedObject, keyword, parsedText, wholeNumber } from "./schema-tools.js";

export const windowNameSchema = checkedText(windowNameProblem).meta({
  title: "Name",
  description: "Name of the window: part of the id of each of its occurrences, so renaming it makes new ones",
  examples: ["security-nightly"],
  pattern: labelPattern,
  maxLength: 50,
});

const period = (title: string, description: string, example: string) =>
  parsedText(parsePeriod, { title, description, examples: [example], pattern: periodPattern });

/** A number of hosts from `least`, or a percentage. */
function amount(least: number) {
  const count = wholeNumber(least, 100_000, `must be a whole number from ${least}, or a share such as "25%"`);
  return z.union(
    [
      count.transform((hosts): HostAmount => ({ kind: "count", count: hosts })),
      parsedText((text) => parsePercent(text, least), {
        title: "Share",
        description: "Share of the window's hosts",
        pattern: percentPattern,
      }),
    ],
    {
      error: (issue) =>
        issue.input === undefined
          ? undefined
          : 'must be a number of hosts, such as 2, or a share of them, such as "25%"',
    },
  );
}

const canaryHosts = z.union([wholeNumber(1, 100_000, "must be a whole number from 1"), selectorSchema], {
  error: (issue) =>
    issue.input === undefined
      ? undefined
      : "must be a number of hosts, or labels and their values, such as { stage: test }",
});

const canary = closedObject({
  hosts: canaryHosts.meta({
    title: "Canary hosts",
    description: "So many hosts of the first wave, or the hosts that have these labels",
    examples: [1, { stage: "canary" }],
  }),
  soak: period("Soak time", "How long they must be well before other hosts follow", "30m"),
});

const canaryKinds = 'must be "none", or { hosts, soak }';

const cutoff = closedObject({
  upgrade: period("Upgrade", "No host begins to install anything when less time than this is left", "90m"),
  restart: period("Restart", "No service is restarted when less time than this is left", "45m"),
  reboot: period("Reboot", "No host is rebooted when less time than this is left", "30m").optional(),
});

const windowShape = {
  recurrence: parsedText(parseRecurrence, {
    title: "Recurrence",
    description: "On which days it opens: a rule of RFC 5545. Every day, every second Tuesday of a month, …",
    examples: ["FREQ=DAILY", "FREQ=MONTHLY;BYDAY=2TU"],
  }),
  zone: parsedText(parseZone, {
    title: "Time zone",
    description: "IANA time zone whose clocks count, in summer and winter",
    examples: ["Europe/Berlin"],
  }),
  start: parsedText(parseWallTime, {
    title: "Start",
    description: "The first day, and the time at which it opens on each of its days, as clocks there show it",
    examples: ["2026-11-24T02:00"],
    pattern: wallTimePattern,
  }),
  duration: period("Duration", "How long it stays open, at most 23h so that it never meets itself", "3h"),
  updates: z.enum(["security", "all"]).meta({
    title: "Updates",
    description: "security: only packages with a security update; all: every update of the release",
    examples: ["security"],
  }),
  snapshot: parsedText(parseSnapshot, {
    title: "Snapshot",
    description:
      "The level that every host gets, by apt's snapshots: a moment in UTC, or opening. Without it, what repositories offer when a run begins",
    examples: ["opening", "20261124T020000Z"],
    pattern: snapshotPattern,
  }).optional(),
  reboot: z.enum(["never", "if-needed"]).meta({
    title: "Reboot",
    description: "never, or if-needed: when what was installed only works after a reboot",
    examples: ["if-needed"],
  }),
  hosts: selectorSchema.meta({
    title: "Hosts",
    description:
      "Which hosts, by their labels: all, or { label: value } or { label: [value, value] }; every label must fit",
    examples: ["all", { stage: ["test", "production"] }],
  }),
  waves: z.array(selectorSchema).meta({
    title: "Waves",
    description: "Hosts that go one after the other, by labels, in this order; those in none come last, together",
    examples: [[{ stage: "test" }, { stage: "production" }]],
  }),
  canary: z
    .union([keyword("none", canaryKinds), canary], {
      error: (issue) => (issue.input === undefined ? undefined : canaryKinds),
    })
    .meta({
      title: "Canary",
      description: "Hosts that go first, and for how long they are watched: { hosts, soak }, or none",
      examples: [{ hosts: 1, soak: "30m" }, "none"],
    }),
  concurrency: amount(1).meta({
    title: "Concurrency",
    description:
      "How many hosts are worked on at the same time: a number or a share of the window's hosts (at least one)",
    examples: [2, "25%"],
  }),
  errorThreshold: amount(0).meta({
    title: "Error threshold",
    description: "How many hosts may fail, a number or a share; one more, or any of the canary, halts the rest",
    examples: [0, "5%"],
  }),
  cutoff: cutoff.meta({
    title: "Cutoff",
    description: "Per phase, the time before the end after which it may not begin: { upgrade, restart, reboot }",
    examples: [{ upgrade: "90m", restart: "45m", reboot: "30m" }],
  }),
  blackouts: blackoutsSchema.optional().meta({
    title: "Blackouts",
    description:
      "When it does not open: days, { from, to, reason }, a calendar's file { ics }, or a calendar's address { url, maxAge, ca }",
    examples: [["2026-12-31", { url: "https://calendar.example.org/holidays.ics", maxAge: "7d" }]],
  }),
  notice: period("Notice", "How long before an opening members are told", "3d"),
  backup: backupSchema.optional().meta({
    title: "Backup",
    description:
      "How the age of the last backup shows on its hosts: { marker, maxAge }; an older one and no run begins. Without it, no age is known",
    examples: [{ marker: "/var/lib/restic/last", maxAge: "26h" }],
  }),
  limits: limitsSchema.optional().meta({
    title: "Limits",
    description: "Technical bounds of a run on a host, with the keys below, where their defaults do not fit",
    examples: [{ load: 4, reboot: "10m" }],
  }),
};

/** Everything about a window but its name, as in windows.yaml. */
export const windowEntrySchema = closedObject(windowShape, refusedWindowKeys).meta({
  title: "Patch window",
  description: "A recurring time in which hosts may be patched",
});

/** A patch window as users write it. */
export const patchWindowInputSchema = closedObject({ name: windowNameSchema, ...windowShape }, refusedWindowKeys).meta({
  title: "Patch window",
  description: "A recurring time in which hosts may be patched",
});

export type PatchWindowInput = z.input<typeof patchWindowInputSchema>;
export type PatchWindowOutput = z.output<typeof patchWindowInputSchema>;

/** The spec of a valid input; blackouts are resolved apart, because calendars have to be read. */
export function patchWindowOf(
  input: PatchWindowOutput,
  blackouts: PatchWindowSpec["blackouts"],
  feeds: readonly BlackoutFeed[],
): PatchWindowSpec {
  const { name, recurrence, zone, start, duration, updates, reboot, hosts, waves, concurrency, errorThreshold } = input;
  const { cutoff: cut, notice, backup, limits, snapshot } = input;
  return {
    name,
    recurrence,
    zone,
    start,
    durationSeconds: duration,
    updates,
    ...(snapshot === undefined ? {} : { snapshot }),
    reboot,
    hosts,
    waves,
    canary: input.canary === "none" ? undefined : { hosts: input.canary.hosts, soakSeconds: input.canary.soak },
    concurrency,
    errorThreshold,
    cutoffSeconds: {
      upgrade: cut.upgrade,
      restart: cut.restart,
      ...(cut.reboot === undefined ? {} : { reboot: cut.reboot }),
    },
    blackouts,
    ...(feeds.length === 0 ? {} : { feeds }),
    noticeSeconds: notice,
    ...(backup === undefined ? {} : { backup: { marker: backup.marker, maxAgeSeconds: backup.maxAge } }),
    ...(limits === undefined ? {} : { limits: runLimitsOf(limits) }),
  };
}
