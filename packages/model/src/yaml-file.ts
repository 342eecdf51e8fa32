import type * as z from "zod";
import type { Finding } from "./finding.js";
import { needsOf, wholeFindings } from "./inventory-entries.js";
import { applySchema, type InputFinding } from "./schema-findings.js";
import { parseYamlSource } from "./yaml-source.js";

/** Of a file that members write; the longest that anybody needs has a few hundred lines. In characters. */
const longestFile = 256 * 1024;

/** A file checked by a schema. */
export interface YamlFile<Value> {
  /** What stands there, as plain data; any shape unless there are no findings. */
  readonly input: unknown;
  /** Undefined when the schema refuses it. */
  readonly value: Value | undefined;
  readonly findings: readonly Finding[];
  /** Adds file, line and column to a finding about `input`. */
  locate(finding: InputFinding): Finding;
}

/**
 * A YAML file in which a map is meant, checked by a schema: everything that is wrong, with line and column. Files of members may have neither
 * anchors nor aliases: one that multiplies costs memory, and a reader sees something else than what stands there.
 */
export function parseYamlFile<Schema extends z.ZodType & { readonly shape: Readonly<Record<string, z.ZodType>> }>(
  schema: Schema,
  file: string,
  text: string,
): YamlFile<z.output<Schema>> {
  if (text.length > longestFile) {
    const message = `is too long: at most ${longestFile / 1024} KiB`;
    const finding = { path: [], message, file, line: 1, column: 1 };
    return { input: undefined, value: undefined, findings: [finding], locate: (each) => ({ ...each, file }) };
  }
  const source = parseYamlSource(file, text, { anchors: false });
  const { value, findings } = applySchema(schema, source.input);
  const all = wholeFindings(source, needsOf(schema), findings);
  return { input: source.input, value: all.length === 0 ? value : undefined, findings: all, locate: source.locate };
}

/** The text of a file that must be UTF-8; undefined when it is not. A byte order mark is no part of it. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
