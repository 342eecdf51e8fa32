import * as z from "zod";
import type { LabelSelector } from "./patch-window.js";
import { checkedText, keyword } from "./schema-tools.js";

const labelNamePattern = "^[a-z]([a-z0-9-]*[a-z0-9])?$";
const labelValuePattern = "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$";
const longest = 63;

const labelName = checkedText((text) =>
  new RegExp(labelNamePattern).test(text) && text.length <= longest
    ? undefined
    : `cannot name a label: lower-case letters, digits and hyphens, a letter first, at most ${longest} characters`,
).meta({ pattern: labelNamePattern, maxLength: longest });

const labelValue = checkedText((text) =>
  new RegExp(labelValuePattern).test(text) && text.length <= longest
    ? undefined
    : `cannot be a label's value: letters, digits, dots, hyphens and underscores, at most ${longest} characters`,
).meta({ pattern: labelValuePattern, maxLength: longest });

/** Labels of a host, by name. */
export const labelsSchema = z.record(labelName, labelValue);

const selectorKinds = 'must be "all", or labels and their values, such as { stage: test }';

/** `all`, or label -> value or list of values. */
export const selectorSchema = z
  .union(
    [
      keyword("all", selectorKinds),
      z.record(labelName, z.union([labelValue, z.array(labelValue).min(1, { error: () => "must name a value" })])),
    ],
    {
      error: (issue) => (issue.input === undefined ? undefined : selectorKinds),
    },
  )
  .transform((input, context): LabelSelector => {
    if (input === "all") return {};
    if (Object.keys(input).length === 0) {
      context.addIssue({ code: "custom", message: 'names no label: write "all" to mean every host' });
      return z.NEVER;
    }
    return Object.fromEntries(
      Object.entries(input).map(([label, value]) => [label, typeof value === "string" ? [value] : value]),
    );
  });

/** Does a host with these labels belong to the selector? */
export function isSelected(selector: LabelSelector, labels: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(selector).every(([label, values]) => {
    const value = labels?.[label];
    return value !== undefined && values.includes(value);
  });
}
