import { type Finding, nearest, type Parsed, parseServiceFile } from "@allmende/model";
import { parseFieldValue } from "./field-value.js";
import { messages } from "./messages.js";
import { planService } from "./plan-service.js";
import { secretName } from "./secret-name.js";
import { serviceNameProblem, serviceNames } from "./service-name.js";
import type { FieldValue, Placement, Template, TemplatePlan } from "./template.js";

const usualSecretBytes = 32;

/**
 * The services that a filled-in template makes; `values` by field as members write them. No value is ever put into a text: each is the whole of
 * what stands at its place. Findings have the field's name as path (`["port"]`), `["name"]` for the request's name, or `["services", NAME, …]`
 * where the model refuses what came of it.
 */
export function planTemplate(
  template: Template,
  values: Readonly<Record<string, unknown>>,
  placement: Placement,
): Parsed<TemplatePlan> {
  const { language = "en" } = placement;
  const { filled, findings } = fill(template, values, placement);
  const problem = serviceNameProblem(template, placement.name, language);
  const all = problem === undefined ? findings : [...findings, { path: ["name"], message: problem }];
  if (all.length > 0) return { ok: false, findings: all };
  const nameOf = serviceNames(placement.name);
  const services = Object.fromEntries(
    Object.entries(template.services).map(([key, service]) => [
      nameOf(key),
      planService(service, { values: filled, placement, nameOf, network: networkOf(template, placement) }),
    ]),
  );
  const refused = [...checkPorts(template, filled, placement), ...checkServices(services)];
  if (refused.length > 0) return { ok: false, findings: refused };
  return { ok: true, value: { services, ...secretsOf(template, filled, placement), ramBytes: ramOf(services) } };
}

type Values = ReadonlyMap<string, FieldValue>;

function fill(template: Template, values: Readonly<Record<string, unknown>>, placement: Placement) {
  const language = placement.language ?? "en";
  const words = messages[language];
  const known = template.fields.map(({ name }) => name);
  const findings: Finding[] = Object.getOwnPropertyNames(values)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      const hint = meant === undefined ? "" : ` (${words.meant(meant)})`;
      return { path: [name], message: `${words.unknownField(known.join(", "))}${hint}` };
    });
  const filled = new Map<string, FieldValue>();
  for (const field of template.fields) {
    const input = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
    if (input === undefined || input === null || input === "") {
      const preset = field.default ?? (field.type === "secret" && field.required ? true : undefined);
      if (preset !== undefined) filled.set(field.name, preset);
      else if (field.required)
        findings.push({ path: [field.name], message: `${words.missing}: ${field.label[language]}` });
      continue;
    }
    const parsed = parseFieldValue(field, input, language);
    if (parsed.ok) filled.set(field.name, parsed.value);
    else findings.push({ path: [field.name], message: parsed.message });
  }
  return { filled, findings };
}

/** Services of one template reach each other on a network of their own. */
function networkOf(template: Template, { name }: Placement): string | undefined {
  return Object.keys(template.services).length > 1 ? name : undefined;
}

/** The model looks at one service at a time. */
function checkPorts(template: Template, values: Values, { language = "en" }: Placement): Finding[] {
  const owners = new Map<FieldValue, string>();
  return Object.values(template.services).flatMap((service) =>
    Object.values(service.ports ?? {}).flatMap(({ host, protocol }): Finding[] => {
      if (typeof host === "number") return [];
      const port = `${values.get(host.field)}/${protocol ?? "tcp"}`;
      const owner = owners.get(port);
      owners.set(port, owner ?? host.field);
      return owner === undefined ? [] : [{ path: [host.field], message: messages[language].samePort(owner) }];
    }),
  );
}

function checkServices(services: TemplatePlan["services"]): Finding[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const parsed = parseServiceFile(service, name);
    return parsed.ok
      ? []
      : parsed.findings.map((finding) => ({ ...finding, path: ["services", name, ...finding.path] }));
  });
}

function ramOf(services: TemplatePlan["services"]): number {
  return Object.entries(services).reduce((sum, [name, service]) => {
    const parsed = parseServiceFile(service, name);
    return sum + (parsed.ok ? parsed.value.ramBytes : 0);
  }, 0);
}

function secretsOf(template: Template, values: Values, placement: Placement) {
  const generated = new Map<string, TemplatePlan["generatedSecrets"][number]>();
  const given = new Map<string, TemplatePlan["givenSecrets"][number]>();
  const nameOf = serviceNames(placement.name);
  for (const [key, { secrets = {} }] of Object.entries(template.services)) {
    const service = nameOf(key);
    for (const secret of Object.values(secrets)) {
      if ("generate" in secret) {
        const name = secretName(placement, secret.generate);
        const known = generated.get(name) ?? {
          service,
          name,
          lengthBytes: secret.bytes ?? usualSecretBytes,
          tell: undefined,
        };
        generated.set(name, { ...known, tell: known.tell ?? secret.tell });
      } else if (values.get(secret.field) === true) {
        const name = secretName(placement, secret.field);
        if (!given.has(name)) given.set(name, { service, name, field: secret.field });
      }
    }
  }
  return { generatedSecrets: [...generated.values()], givenSecrets: [...given.values()] };
}
