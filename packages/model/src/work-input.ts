import * as z from "zod";
import { parsePeriod, periodPattern } from "./duration.js";
import { loadSingle } from "./inventory-single.js";
import { memberNameSchema } from "./member-input.js";
import { labelPattern } from "./names.js";
import type { Parsed } from "./parsed.js";
import { parseRecurrence } from "./patch-window-rule.js";
import { parseWallTime, parseZone, wallTimePattern } from "./patch-window-values.js";
import { parseRam, ramPattern } from "./ram.js";
import { checkedText, closedObject, distinctList, parsedText, wholeNumber } from "./schema-tools.js";
import { oneLine, textsSchema } from "./tariff-input.js";
import { requestChanges, type WorkSpec, workKinds } from "./work.js";

const period = (title: string, description: string, example: string) =>
  parsedText(parsePeriod, { title, description, examples: [example], pattern: periodPattern });
const ram = (description: string) =>
  parsedText(parseRam, { title: "RAM", description, examples: ["2GiB"], pattern: ramPattern });
const flag = (description: string) => z.boolean().optional().meta({ description });
const templateName = checkedText((name) =>
  new RegExp(labelPattern).test(name) ? undefined : "must be the name of a template, such as static-site",
);

const condition = closedObject({
  change: distinctList(z.enum(requestChanges)).optional().meta({ description: "It asks for one of these" }),
  templates: distinctList(templateName).optional().meta({ description: "It is made from one of these templates" }),
  interrupted: flag("Something that ran does not, or runs worse"),
  outsideService: flag("It concerns what the cooperative does not run for the member"),
  ours: flag("It is the cooperative's own work, for everybody"),
  hasTargetDate: flag("It names a target date"),
  hasFixedPrice: flag("It names a fixed price"),
  estimateAtMost: period("Estimate", "It has an estimate, of at most this", "4h").optional(),
});

const rule = closedObject({
  kind: z.enum(workKinds).meta({ description: "What such a request is" }),
  when: condition.meta({ description: "What must hold, all of it; {} holds always" }),
  reason: textsSchema.meta({ description: "Why, in German (de) and English (en): members read it" }),
});

const block = closedObject({
  title: textsSchema.meta({ description: "What is done, in German (de) and English (en)" }),
  recurrence: parsedText(parseRecurrence, {
    title: "Recurrence",
    description: "Rule of RFC 5545; without it, once",
    examples: ["FREQ=WEEKLY"],
  }).optional(),
  start: parsedText(parseWallTime, {
    title: "Start",
    description: "First begin, as clocks show it",
    examples: ["2026-11-24T09:00"],
    pattern: wallTimePattern,
  }),
  duration: period("Duration", "How long it takes", "4h"),
});

/** work.yaml. */
export const workFileSchema = closedObject({
  zone: parsedText(parseZone, {
    title: "Zone",
    description: "Time zone of all days in requests",
    examples: ["Europe/Berlin"],
  }),
  approvals: wholeNumber(1, 10, "must be a whole number from 1 to 10").optional().meta({
    title: "Approvals",
    description: "How many others approve a request before it is applied; whoever asked never counts",
    default: 1,
  }),
  reviewers: distinctList(oneLine())
    .optional()
    .meta({
      title: "Reviewers",
      description:
        "E-mail addresses and logins at the forge of those whose approval counts; without it, every member and hostmaster",
      examples: [["hostmaster@example.org", "hostmaster-login"]],
    }),
  people: z
    .record(memberNameSchema, distinctList(oneLine()))
    .optional()
    .meta({
      title: "People",
      description: "By member: logins at the forge and further e-mail addresses of those who may ask for them",
      examples: [{ anna: ["anna-at-the-forge"] }],
    }),
  leadTime: closedObject({
    default: period("Default", "Between request and start", "3d"),
    templates: z.record(templateName, period("Lead time", "Of this template", "5d")).optional(),
  }).meta({
    title: "Lead time",
    description: "Between a request and its start: default, and by template where it differs",
    examples: [{ default: "3d", templates: { nextcloud: "7d" } }],
  }),
  quota: closedObject({
    default: ram("RAM that a member may have at most"),
    members: z.record(memberNameSchema, ram("RAM that this member may have at most")).optional(),
  })
    .optional()
    .meta({
      title: "Quota",
      description: "RAM that a member may have at most: default, and by member where it differs",
      examples: [{ default: "2GiB", members: { anna: "4GiB" } }],
    }),
  staging: oneLine()
    .optional()
    .meta({
      title: "Staging",
      description: "Folder of the stack that is brought up first, relative to this stack's folder",
      examples: ["../staging"],
    }),
  rules: z
    .array(rule)
    .min(1, { error: () => "must have at least one rule" })
    .meta({
      title: "Rules",
      description: "What kind of work a request is: the first rule that holds decides",
      examples: [
        [
          {
            kind: "service-request",
            when: { change: ["create"] },
            reason: { de: "Aus dem Katalog", en: "From the catalogue" },
          },
        ],
      ],
    }),
  deviation: wholeNumber(1, 1000, "must be a whole number of percent from 1 to 1000").meta({
    title: "Deviation",
    description: "By so many percent of the estimate actual effort may differ, either way, before it is noticed",
    examples: [20],
  }),
  blocks: z
    .record(templateName, block)
    .optional()
    .meta({
      title: "Blocks",
      description: "Planned blocks of routine work by name: { title, start, duration, recurrence }",
      examples: [
        { restores: { title: { de: "Rücksicherung", en: "Restores" }, start: "2026-11-24T09:00", duration: "4h" } },
      ],
    }),
}).meta({
  title: "Work of an Allmende inventory",
  description: "work.yaml: how requests are taken in, reviewed and sorted",
});

export function workOf(input: z.output<typeof workFileSchema>): WorkSpec {
  const { approvals = 1, people = {}, leadTime, quota, rules, deviation, blocks = {}, ...rest } = input;
  return {
    ...rest,
    approvals,
    people,
    leadTime: { defaultSeconds: leadTime.default, templates: leadTime.templates ?? {} },
    quota: quota && { defaultBytes: quota.default, members: quota.members ?? {} },
    rules: rules.map(({ when: { estimateAtMost, ...when }, ...each }) => ({
      ...each,
      when: { ...when, estimateAtMostSeconds: estimateAtMost },
    })),
    deviationPercent: deviation,
    blocks: Object.entries(blocks).map(([name, { duration, ...each }]) => ({
      name,
      ...each,
      durationSeconds: duration,
    })),
  };
}

/** work.yaml alone. */
export function parseWorkFile(file: string, text: string): Parsed<WorkSpec> {
  const { findings, loaded } = loadSingle({ kind: "work", file, text }, workFileSchema, workOf);
  return loaded === undefined ? { ok: false, findings } : { ok: true, value: loaded };
}
