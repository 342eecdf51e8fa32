import type { Finding } from "./finding.js";

/** The value, or everything that is wrong with the input: never just the first thing. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** `value` unless there are findings. */
export function parsedUnless<T>(findings: readonly Finding[], value: () => T): Parsed<T> {
  return findings.length === 0 ? { ok: true, value: value() } : { ok: false, findings };
}
