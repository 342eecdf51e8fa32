import { renderService } from "@allmende/host";
import { type Finding, parseServiceFile, renderRam, replaceSecretReferences, UserError } from "@allmende/model";
import { planTemplate, sampleValues, type Template } from "@allmende/requests";

const member = { name: "anna", number: 1 };
const placement = { member: member.name, host: "web1", name: "sample" };

/**
 * What Quadlet would refuse of a template's services, with the fields' defaults and with the least RAM that they allow: all files are made as
 * `allmende render` makes them. Findings name template.yaml below the catalogue's folder.
 */
export function checkUnits(template: Template): Finding[] {
  const messages = [sampleValues(template), leastValues(template)].flatMap((values) => refusals(template, values));
  return [...new Set(messages)].map((message) => ({
    path: [],
    message,
    file: `${template.name}/template.yaml`,
    line: 1,
    column: 1,
  }));
}

function leastValues(template: Template): ReturnType<typeof sampleValues> {
  const least = template.fields.flatMap((field) =>
    field.type === "size" ? [[field.name, renderRam(field.minimumBytes)] as const] : [],
  );
  return { ...sampleValues(template), ...Object.fromEntries(least) };
}

function refusals(template: Template, values: ReturnType<typeof sampleValues>): string[] {
  const plan = planTemplate(template, values, placement);
  if (!plan.ok) return plan.findings.map(({ path, message }) => `${path.join(".")}: ${message}`);
  return Object.entries(plan.value.services).flatMap(([name, input]) => {
    const parsed = parseServiceFile(
      replaceSecretReferences(input, () => "secret"),
      name,
    );
    if (!parsed.ok) return parsed.findings.map(({ path, message }) => `${path.join(".")}: ${message}`);
    try {
      renderService(parsed.value, member);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const key = name === placement.name ? "main" : name.slice(placement.name.length + 1);
      return [`service ${key} cannot become a unit: ${error.message}`];
    }
  });
}
