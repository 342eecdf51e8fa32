import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderFinding } from "@allmende/model";
import { loadCatalogue, planTemplate, type Template, type TemplatePlan } from "@allmende/requests";

const root = fileURLToPath(new URL("../../../templates/services/", import.meta.url));

/** The files of the catalogue that comes along. */
export function catalogueFiles(): { path: string; text: string }[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(yaml|md)$/.test(path))
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, "utf8") }));
}

/** Its templates; throws when anything is wrong with them. */
export function catalogue(): readonly Template[] {
  const { templates, findings } = loadCatalogue(catalogueFiles());
  if (findings.length > 0) throw new Error(findings.map(renderFinding).join("\n"));
  return templates;
}

export const placement = { member: "anna", host: "web1", name: "anna-thing" };

/** A plan that must be possible. */
export function planned(
  template: Template,
  values: Readonly<Record<string, unknown>>,
  name = placement.name,
): TemplatePlan {
  const plan = planTemplate(template, values, { ...placement, name });
  if (!plan.ok) throw new Error(`${template.name}: ${plan.findings.map(renderFinding).join("\n")}`);
  return plan.value;
}
