import { renderService } from "@allmende/host";
import {
  type Finding,
  parseServiceFile,
  parseYamlFile,
  renderRam,
  replaceSecretReferences,
  UserError,
} from "@allmende/model";
import { planTemplate, sampleValues, type Template, templateFileSchema } from "@allmende/requests";

const member = { name: "anna", number: 1 };
const placement = { member: member.name, host: "web1", name: "sample" };

/** Which key of a service becomes a key of a unit. */
const origins: Readonly<Record<string, readonly string[]>> = {
  AddCapability: ["capabilities"],
  Environment: ["environment"],
  Exec: ["command"],
  HealthCmd: ["health", "command"],
  Image: ["image"],
  Network: ["network"],
  PublishPort: ["ports"],
  Secret: ["secrets"],
  Tmpfs: ["tmpfs"],
  User: ["user"],
  Volume: ["volumes"],
};

/**
 * What Quadlet would refuse of a template's services, with the fields' defaults and with the least RAM that they allow: all files are made as
 * `allmende render` makes them. Findings name the place in template.yaml, below the catalogue's folder.
 */
export function checkUnits(template: Template, text: string): Finding[] {
  const { locate } = parseYamlFile(templateFileSchema, `${template.name}/template.yaml`, text);
  const found = [sampleValues(template), leastValues(template)].flatMap((values) => refusals(template, values));
  return [...new Map(found.map((finding) => [finding.message, finding])).values()].map((finding) => locate(finding));
}

function leastValues(template: Template): ReturnType<typeof sampleValues> {
  const least = template.fields.flatMap((field) =>
    field.type === "size" ? [[field.name, renderRam(field.minimumBytes)] as const] : [],
  );
  return { ...sampleValues(template), ...Object.fromEntries(least) };
}

function refusals(template: Template, values: ReturnType<typeof sampleValues>): Finding[] {
  const plan = planTemplate(template, values, placement);
  if (!plan.ok) return [...plan.findings];
  return Object.entries(plan.value.services).flatMap(([name, input]): Finding[] => {
    const key = name === placement.name ? "main" : name.slice(placement.name.length + 1);
    const parsed = parseServiceFile(
      replaceSecretReferences(input, () => "secret"),
      name,
    );
    if (!parsed.ok) return parsed.findings.map(({ path, message }) => ({ path: ["services", key, ...path], message }));
    try {
      renderService(parsed.value, member);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const path = ["services", key, ...originOf(error.concerns)];
      return [{ path, message: `service ${key} cannot become a unit: ${error.message}` }];
    }
  });
}

/** `[Container] Image` and `health.command` alike: where in the service it was written. */
function originOf(concerns = ""): readonly string[] {
  const unitKey = /^\[\w+\] (\w+)$/.exec(concerns)?.[1];
  if (unitKey !== undefined) return origins[unitKey] ?? [];
  return /^[a-z]+(\.[a-z]+)*$/i.test(concerns) ? concerns.split(".") : [];
}
