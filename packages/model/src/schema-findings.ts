import * as z from "zod";
import type { Finding } from "./finding.js";

/** A finding that also knows whether it is about a key or about its value, for line and column. */
export interface InputFinding extends Finding {
  readonly aboutKey?: boolean;
}

export type SchemaResult<T> =
  | { readonly value: T; readonly findings: [] }
  | { readonly value?: undefined; readonly findings: InputFinding[] };

const missing = "is missing";

/** Checks `input`, and says everything that is wrong in words for people. Never repeats a value: it may be a secret. */
export function applySchema<Schema extends z.ZodType>(schema: Schema, input: unknown): SchemaResult<z.output<Schema>> {
  const hidden = hiddenKeyPath(input, []);
  if (hidden !== undefined) return { findings: [{ path: hidden, message: "is not a possible name", aboutKey: true }] };
  const result = z.safeParse(schema, input, { error: explainIssue });
  if (result.success) return { value: result.data, findings: [] };
  const findings = result.error.issues.flatMap((issue) => findingsOfIssue(issue, []));
  return { findings: distinct(findings).map((finding) => describeMissing(schema, finding)) };
}

/** zod drops a key `__proto__` without a word; here nothing that was written may go missing. */
function hiddenKeyPath(input: unknown, path: Finding["path"]): Finding["path"] | undefined {
  if (typeof input !== "object" || input === null || path.length > 8) return undefined;
  if (Object.hasOwn(input, "__proto__")) return [...path, "__proto__"];
  for (const [key, value] of Object.entries(input)) {
    if (typeof value !== "object") continue;
    const found = hiddenKeyPath(value, [...path, Array.isArray(input) ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findingsOfIssue(issue: z.core.$ZodIssue, base: Finding["path"]): InputFinding[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      message: messages[index] ?? issue.message,
      aboutKey: true,
    }));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map((inner) => ({ path, message: inner.message, aboutKey: true }));
  }
  if (issue.code === "invalid_union") {
    const meant = issue.errors.filter((inner) => !inner.some(hasWrongType));
    // Several objects may be possible: the one that knows most of the keys is meant.
    const unknown = meant.map(unknownKeyCount);
    const least = Math.min(...unknown);
    const [only, other] = meant.filter((_, index) => unknown[index] === least);
    if (only !== undefined && other === undefined) return only.flatMap((inner) => findingsOfIssue(inner, path));
  }
  return [{ path, message: issue.message }];
}

function unknownKeyCount(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 0), 0);
}

/** An alternative of another type altogether is not what the author meant. */
function hasWrongType(issue: z.core.$ZodIssue): boolean {
  if (issue.path.length > 0) return false;
  return (
    issue.code === "invalid_type" ||
    (issue.code === "invalid_union" && issue.errors.every((inner) => inner.some(hasWrongType)))
  );
}

function distinct(findings: readonly InputFinding[]): InputFinding[] {
  const seen = new Map(findings.map((finding) => [JSON.stringify([finding.path, finding.message]), finding]));
  return [...seen.values()];
}

const words: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map (key: value)",
  record: "a map (name: value)",
  array: "a list",
  null: "nothing",
  undefined: "nothing",
};

/** What zod says where a schema has no words of its own. */
function explainIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") {
    if (issue.input === undefined) return missing;
    const received = z.util.parsedType(issue.input);
    const quotes = issue.expected === "string" && ["number", "boolean"].includes(received) ? "; put it in quotes" : "";
    return `must be ${words[issue.expected] ?? issue.expected}, not ${words[received] ?? received}${quotes}`;
  }
  if (["invalid_union", "invalid_value"].includes(String(issue.code)) && issue.input === undefined) return missing;
  if (issue.code === "invalid_value") return `must be one of: ${issue.values.map(String).join(", ")}`;
  return undefined;
}

/** A missing key gets told with what belongs there. */
function describeMissing(schema: z.ZodType, finding: InputFinding): InputFinding {
  if (finding.message !== missing) return finding;
  const description = descriptionAt(schema, finding.path);
  return description === undefined ? finding : { ...finding, message: `${missing}: ${description}` };
}

function descriptionAt(schema: z.core.$ZodType, path: Finding["path"]): string | undefined {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  const [key, ...rest] = path;
  if (key === undefined) {
    const own = z.globalRegistry.get(schema)?.description;
    if (own !== undefined) return own;
  }
  if (def.type === "optional" || def.type === "default") return descriptionAt(def.innerType, path);
  if (def.type === "pipe") return descriptionAt(def.in, path);
  if (key === undefined) return undefined;
  if (def.type === "object") {
    const field = def.shape[key];
    return field === undefined ? undefined : descriptionAt(field, rest);
  }
  if (def.type === "record") return descriptionAt(def.valueType, rest);
  if (def.type === "array") return descriptionAt(def.element, rest);
  if (def.type === "union")
    return def.options.map((option) => descriptionAt(option, path)).find((each) => each !== undefined);
  return undefined;
}
