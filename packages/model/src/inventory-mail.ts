import type { Finding } from "./finding.js";
import { isFields, loadedWhen, needsOf, wholeFindings } from "./inventory-entries.js";
import type { InventoryFile } from "./inventory-files.js";
import type { MailSpec } from "./mail.js";
import { mailFileSchema, mailOf, mailProblems } from "./mail-input.js";
import { parseWith } from "./parse.js";
import { applySchema } from "./schema-findings.js";
import { parseYamlSource } from "./yaml-source.js";

/** mail.yaml. Without `loaded`, its findings say why. */
export function loadMail({ file, text }: InventoryFile): { findings: readonly Finding[]; loaded?: MailSpec } {
  const source = parseYamlSource(file, text);
  const { input } = source;
  const cross = isFields(input) && isFields(input["smtp"]) ? mailProblems(input) : [];
  const content = [...applySchema(mailFileSchema, input).findings, ...cross];
  const findings = wholeFindings(source, needsOf(mailFileSchema), content);
  if (findings.length > 0) return { findings };
  return {
    findings,
    ...loadedWhen(
      parseWith(mailFileSchema, input, () => [], mailOf),
      (mail) => mail,
    ),
  };
}
