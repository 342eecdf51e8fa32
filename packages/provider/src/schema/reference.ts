import { objectTypes } from "./object-types.js";
import type { Properties, PropertyType } from "./property.js";
import { configuration, resourceTypes } from "./resource-types.js";

/** The reference of all resources, as Markdown: part of the README, made of the same rows as the schema. */
export function renderReference(): string {
  const resources = resourceTypes.map((type) => {
    const { token, description, idExample, importExample } = type;
    const imported = importExample === undefined ? "It cannot be imported." : `Import: \`${importExample}\`.`;
    const head = `### \`${token}\`\n\n${description} Id: \`${idExample}\`. ${imported}`;
    return [head, renderTable(type.properties), "Outputs, beside the inputs:", renderTable(type.outputs)].join("\n\n");
  });
  const objects = Object.entries(objectTypes).map(([name, type]) =>
    [`### ${name}`, type.description, renderTable(type.properties)].join("\n\n"),
  );
  const provider = ["### Configuration", "`pulumi config set allmende:NAME …`", renderTable(configuration)].join(
    "\n\n",
  );
  return [...resources, ...objects, provider].join("\n\n");
}

function renderTable(properties: Properties): string {
  const rows = Object.entries(properties).map(([name, row]) => {
    const marks = [
      row.required ? "required" : "",
      row.secret ? "secret" : "",
      row.effect === "replace" ? "replaces" : "",
    ];
    const cells = [
      `\`${name}\``,
      renderType(row.type),
      marks.filter((mark) => mark !== "").join(", "),
      row.description,
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| Property | Type | | |", "|---|---|---|---|", ...rows].join("\n");
}

function renderType(type: PropertyType): string {
  if (typeof type === "string") return type;
  if ("list" in type) return `list of ${renderType(type.list)}`;
  if ("map" in type) return `map of ${renderType(type.map)}`;
  if ("oneOf" in type) return type.oneOf.map(renderType).join(" or ");
  return `[${type.object}](#${type.object.toLowerCase()})`;
}
