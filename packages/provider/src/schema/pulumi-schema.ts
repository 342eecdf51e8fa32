import { version } from "../version.js";
import { objectTypes } from "./object-types.js";
import type { Properties, PropertyType } from "./property.js";
import { configuration, resourceTypes } from "./resource-types.js";

function renderType(type: PropertyType): object {
  if (typeof type === "string") return { type };
  if ("list" in type) return { type: "array", items: renderType(type.list) };
  if ("map" in type) return { type: "object", additionalProperties: renderType(type.map) };
  if ("oneOf" in type) return { oneOf: type.oneOf.map(renderType) };
  return { $ref: `#/types/allmende:index:${type.object}` };
}

function renderProperties(properties: Properties): object {
  const rows = Object.entries(properties).map(([name, row]) => {
    const secrecy = row.secret === true ? { secret: true } : {};
    const replacement = row.effect === "replace" ? { willReplaceOnChanges: true } : {};
    return [name, { ...renderType(row.type), description: row.description, ...secrecy, ...replacement }] as const;
  });
  return Object.fromEntries(rows);
}

const required = (properties: Properties): string[] =>
  Object.keys(properties).filter((name) => properties[name]?.required === true);

/** Outputs that are there from the first moment. */
const always = (outputs: Properties): string[] =>
  Object.keys(outputs).filter((name) => outputs[name]?.required !== false);

function renderImport(example: string | undefined): string {
  return example === undefined ? "" : `\n\n## Import\n\n\`\`\`sh\n${example}\n\`\`\`\n`;
}

/**
 * What the package is called in each language: without this Pulumi takes everything for its own, and `pulumi import` prints
 * code that imports `@pulumi/allmende`. The name for Node.js is that of the package that exists.
 */
const languages = {
  nodejs: { packageName: "@allmende/components", respectSchemaVersion: true },
  python: { packageName: "allmende_components", pyproject: { enabled: true }, respectSchemaVersion: true },
  go: { importBasePath: "allmende/sdk/go/allmende", modulePath: "allmende/sdk/go", respectSchemaVersion: true },
  csharp: { rootNamespace: "Allmende", namespaces: { allmende: "Components" }, respectSchemaVersion: true },
};

/** The package schema from which Pulumi generates SDKs and documentation. */
export function renderPulumiSchema(): object {
  const types = Object.entries(objectTypes).map(([name, type]) => [
    `allmende:index:${name}`,
    {
      type: "object",
      description: type.description,
      properties: renderProperties(type.properties),
      required: required(type.properties),
    },
  ]);
  const resources = resourceTypes.map((type) => [
    type.token,
    {
      description: `${type.description}${renderImport(type.importExample)}`,
      inputProperties: renderProperties(type.properties),
      requiredInputs: required(type.properties),
      properties: renderProperties({ ...type.properties, ...type.outputs }),
      required: [...required(type.properties), ...always(type.outputs)],
    },
  ]);
  return {
    name: "allmende",
    displayName: "Allmende",
    version,
    description: "Managed rootless containers on Debian hosts.",
    keywords: ["pulumi", "podman", "quadlet", "debian", "category/infrastructure", "kind/native"],
    license: "Apache-2.0",
    config: { variables: renderProperties(configuration) },
    provider: {
      description: "How hosts are reached.",
      inputProperties: renderProperties(configuration),
      properties: renderProperties(configuration),
    },
    types: Object.fromEntries(types),
    resources: Object.fromEntries(resources),
    language: languages,
  };
}
