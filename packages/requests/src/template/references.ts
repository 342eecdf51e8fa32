import { didYouMean, type Finding } from "@allmende/model";
import type { FieldReference, FieldType, TemplateField, TemplateService } from "./template.js";

/** A field's name at a place of a service. */
export interface Use {
  /** Below the service: `["environment", "DOMAIN"]`. */
  readonly path: readonly (string | number)[];
  readonly field: string;
  /** What the place can hold. */
  readonly types: readonly FieldType[];
  /** The service cannot do without it. */
  readonly needed: boolean;
}

const plainTypes: readonly FieldType[] = [
  "domain",
  "port",
  "size",
  "choice",
  "email",
  "gitUrl",
  "image",
  "text",
  "integer",
  "boolean",
];
/** None of their values begins with a hyphen: an argument may not become an option. */
const argumentTypes: readonly FieldType[] = ["domain", "port", "gitUrl", "image"];

export function isFieldReference(value: unknown): value is FieldReference {
  return typeof value === "object" && value !== null && "field" in value;
}

/** Every place of a service where a field's value stands. */
function usesOf(service: TemplateService): Use[] {
  const use = (path: Use["path"], value: unknown, types: readonly FieldType[], needed = true): Use[] =>
    isFieldReference(value) ? [{ path, field: value.field, types, needed }] : [];
  return [
    ...use(["image"], service.image, ["image"]),
    ...use(["ram"], service.ram, ["size"]),
    ...(service.command ?? []).flatMap((word, index) => use(["command", index], word, argumentTypes)),
    ...Object.entries(service.ports ?? {}).flatMap(([name, port]) => [
      ...use(["ports", name, "host"], port.host, ["port"]),
      ...use(["ports", name, "container"], port.container, ["port"]),
    ]),
    ...Object.entries(service.environment ?? {}).flatMap(([name, value]) =>
      use(["environment", name], value, plainTypes, false),
    ),
    ...Object.entries(service.secrets ?? {}).flatMap(([name, value]) =>
      use(["secrets", name], value, ["secret"], false),
    ),
    ...use(["writableRoot"], service.writableRoot, ["boolean"]),
  ];
}

type Services = Readonly<Record<string, TemplateService>>;

/** Fields and services that are named, but are not there or do not fit their place, and fields that nothing uses. */
export function checkReferences(fields: readonly TemplateField[], services: Services): Finding[] {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const keys = Object.keys(services);
  const uses = Object.entries(services).flatMap(([key, service]) =>
    usesOf(service).map((use) => ({ ...use, path: ["services", key, ...use.path] })),
  );
  const wrong = uses.flatMap(({ path, field: name, types, needed }): Finding[] => {
    const field = byName.get(name);
    if (field === undefined)
      return [{ path, message: `there is no field "${name}" in "fields"${didYouMean(name, [...byName.keys()])}` }];
    if (!types.includes(field.type))
      return [{ path, message: `"${name}" is a field of type ${field.type}; here belongs one of ${types.join(", ")}` }];
    if (needed && !field.required && field.default === undefined)
      return [{ path, message: `"${name}" may stay empty, but the service needs it here: give it a default` }];
    return [];
  });
  const used = new Set(uses.map(({ field }) => field));
  const idle = fields
    .filter(({ name }) => !used.has(name))
    .map(({ name }): Finding => ({ path: ["fields", name], message: "is asked, but no service uses it" }));
  const main = keys.includes("main")
    ? []
    : [{ path: ["services"], message: 'has no "main": the service that gets the name' }];
  return [...wrong, ...idle, ...main, ...checkServiceNames(services, keys), ...checkGenerated(fields, services)];
}

function checkServiceNames(services: Services, keys: readonly string[]): Finding[] {
  return Object.entries(services).flatMap(([key, service]) => {
    const named = [
      ...(service.after ?? []).map((name, index) => ({ path: ["after", index], name })),
      ...Object.entries(service.environment ?? {}).flatMap(([variable, value]) =>
        typeof value === "object" && "service" in value
          ? [{ path: ["environment", variable], name: value.service }]
          : [],
      ),
    ];
    const missing = named
      .filter(({ name }) => !keys.includes(name))
      .map(({ path, name }): Finding => {
        const message = `there is no service "${name}" in "services"${didYouMean(name, keys)}`;
        return { path: ["services", key, ...path], message };
      });
    const circle = reaches(services, key, key)
      ? [{ path: ["services", key, "after"], message: "waits for itself, directly or through others" }]
      : [];
    return [...missing, ...circle];
  });
}

/** Whether a service waits, directly or through others, for `target`. */
function reaches(services: Services, from: string, target: string, seen = new Set<string>()): boolean {
  return (services[from]?.after ?? []).some((next) => {
    if (next === target) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(services, next, target, seen);
  });
}

/** A generated secret and one that a member hands over have their names in the same configuration. */
function checkGenerated(fields: readonly TemplateField[], services: Services): Finding[] {
  const lengths = new Map<string, number | undefined>();
  return Object.entries(services).flatMap(([key, service]) =>
    Object.entries(service.secrets ?? {}).flatMap(([name, secret]): Finding[] => {
      if (!("generate" in secret)) return [];
      const path = ["services", key, "secrets", name];
      if (fields.some((field) => field.name === secret.generate))
        return [{ path, message: `"${secret.generate}" is the name of a field: give the generated secret another` }];
      const differs = lengths.has(secret.generate) && lengths.get(secret.generate) !== secret.bytes;
      lengths.set(secret.generate, secret.bytes);
      return differs ? [{ path, message: `"${secret.generate}" has another length elsewhere` }] : [];
    }),
  );
}
