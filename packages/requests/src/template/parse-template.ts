import { type Finding, type Parsed, parsePeriod, parseRam, parseYamlFile, type YamlFile } from "@allmende/model";
import { parseField } from "./parse-field.js";
import { planTemplate } from "./plan-template.js";
import { checkReach } from "./reach.js";
import { checkReferences, isFieldReference } from "./references.js";
import { sampleValues } from "./sample-values.js";
import type { Template, TemplateField, TemplateService } from "./template.js";
import { templateFileSchema } from "./template-schema.js";

/** What a catalogue says for all its templates. */
export interface CatalogueSettings {
  /** Registries from which members' images may come: `docker.io`, `ghcr.io/coop`. */
  readonly registries: readonly string[];
}

/**
 * A template from the text of `NAME/template.yaml`. Everything that is wrong has file, line and column: what the schema refuses, references that
 * lead nowhere, limits that contradict each other, and services that the model would refuse with the fields' own defaults.
 */
export function parseTemplate(
  text: string,
  file: string,
  settings: CatalogueSettings = { registries: [] },
): Parsed<Template> {
  const source = parseYamlFile(templateFileSchema, file, text);
  if (source.value === undefined) return { ok: false, findings: source.findings };
  const { value } = source;
  const locate = (finding: Finding): Finding => source.locate(finding);
  const parsed = Object.entries(value.fields).map(([name, input]) => parseField(name, input, settings.registries));
  const fields = parsed.map(({ field }) => field);
  // As it was written: that is what the inventory's files hold.
  const { services } = source.input as { readonly services: Readonly<Record<string, TemplateService>> };
  const findings = [
    ...parsed.flatMap(({ field, problems }) =>
      problems.map(({ key, message }): Finding => ({ path: ["fields", field.name, key], message })),
    ),
    ...checkReferences(fields, services),
    ...checkReach(value.reach, fields),
  ];
  if (findings.length > 0) return { ok: false, findings: findings.map(locate) };
  const ram = ramOf(fields, services);
  if (ram.findings.length > 0) return { ok: false, findings: ram.findings.map(locate) };
  const template: Template = {
    name: nameOf(file),
    title: value.title,
    help: value.help,
    ...(value.reach && { reach: value.reach }),
    fields,
    ram: { minimumBytes: ram.minimumBytes, recommendedBytes: ram.recommendedBytes },
    leadTimeSeconds: value.leadTime === undefined ? undefined : parsePeriod(value.leadTime),
    services,
  };
  const refused = refusedServices(template, source);
  return refused.length > 0 ? { ok: false, findings: refused } : { ok: true, value: template };
}

/** `postgresql` of `templates/services/postgresql/template.yaml`. */
function nameOf(file: string): string {
  return file.split("/").at(-2) ?? "";
}

function ramOf(fields: readonly TemplateField[], services: Template["services"]) {
  const findings: Finding[] = [];
  let [minimumBytes, recommendedBytes] = [0, 0];
  for (const [key, { ram }] of Object.entries(services)) {
    const field = isFieldReference(ram) ? fields.find(({ name }) => name === ram.field) : undefined;
    if (!isFieldReference(ram)) {
      minimumBytes += parseRam(ram);
      recommendedBytes += parseRam(ram);
    } else if (field?.type === "size" && typeof field.default === "string") {
      minimumBytes += field.minimumBytes;
      recommendedBytes += parseRam(field.default);
    } else {
      const message = `"${ram.field}" needs a default: it is the RAM that is recommended`;
      findings.push({ path: ["services", key, "ram"], message });
    }
  }
  return { minimumBytes, recommendedBytes, findings };
}

/** What the model refuses when all fields have their defaults, or something likely. */
function refusedServices(template: Template, source: YamlFile<unknown>): Finding[] {
  const name = "sample";
  const plan = planTemplate(template, sampleValues(template), { member: "anna", host: "web1", name });
  if (plan.ok) return [];
  return plan.findings.map((finding) => {
    const [first, service, ...rest] = finding.path;
    if (first !== "services") return source.locate({ ...finding, path: ["fields", ...finding.path] });
    const key = service === name ? "main" : String(service).slice(name.length + 1);
    return source.locate({ ...finding, path: ["services", key, ...rest] });
  });
}
