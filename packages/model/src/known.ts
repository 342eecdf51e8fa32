import type { Finding } from "./finding.js";
import type { Parsed } from "./parsed.js";

/** Stands for a value that is not known yet, such as the address of a server that is still to be created. */
export const unknownValue: unique symbol = Symbol.for("allmende.unknown");

/**
 * What is wrong with the known part of an input: `checkKnown(parseHost, { …, address: unknownValue })`. Findings at or below
 * an unknown value are left out, everything else is said already at preview.
 */
export function checkKnown(parse: (input: unknown) => Parsed<unknown>, input: unknown): readonly Finding[] {
  const parsed = parse(input);
  return parsed.ok ? [] : parsed.findings.filter((finding) => !isUnknownAt(input, finding.path));
}

function isUnknownAt(input: unknown, path: Finding["path"]): boolean {
  let value = input;
  for (const part of path) {
    if (value === unknownValue) return true;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return false;
    value = (value as Readonly<Record<string | number, unknown>>)[part];
  }
  return value === unknownValue;
}
