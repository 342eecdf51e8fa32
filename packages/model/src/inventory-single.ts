import type * as z from "zod";
import type { Finding } from "./finding.js";
import { isFields, loadedWhen, needsOf, wholeFindings } from "./inventory-entries.js";
import type { InventoryFile } from "./inventory-files.js";
import { parseWith } from "./parse.js";
import { applySchema } from "./schema-findings.js";
import { parseYamlSource } from "./yaml-source.js";

type Problem = { readonly path: string[]; readonly message: string };

/** A file of which an inventory has one: mail.yaml, tariff.yaml, work.yaml. Without `loaded`, its findings say why. */
export function loadSingle<Shape extends Readonly<Record<string, z.ZodType>>, Spec>(
  { file, text }: InventoryFile,
  schema: z.ZodObject<Shape, z.core.$strict>,
  specOf: (output: z.output<z.ZodObject<Shape, z.core.$strict>>) => Spec,
  problemsOf: (input: Readonly<Record<string, unknown>>) => Problem[] = () => [],
): { findings: readonly Finding[]; input: unknown; loaded?: Spec } {
  const source = parseYamlSource(file, text);
  const { input } = source;
  const cross = isFields(input) ? problemsOf(input) : [];
  const findings = wholeFindings(source, needsOf(schema), [...applySchema(schema, input).findings, ...cross]);
  if (findings.length > 0) return { findings, input };
  return {
    findings,
    input,
    ...loadedWhen(
      parseWith(schema, input, () => [], specOf),
      (spec) => spec,
    ),
  };
}
