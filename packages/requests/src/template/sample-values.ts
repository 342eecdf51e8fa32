import { renderRam } from "@allmende/model";
import type { FieldValue, Template, TemplateField } from "./template.js";

/** A value for every field: its default, or something that a member might write. */
export function sampleValues(template: Template): Record<string, FieldValue> {
  // Ports of one host differ.
  return Object.fromEntries(template.fields.map((field, index) => [field.name, field.default ?? sample(field, index)]));
}

function sample(field: TemplateField, index: number): FieldValue {
  switch (field.type) {
    case "domain":
      return "shop.example.org";
    case "email":
      return "anna@example.org";
    case "gitUrl":
      return `https://${field.hosts?.[0] ?? "git.example.org"}/anna/shop.git`;
    case "image":
      return `${field.registries[0]}/anna/shop:1.0`;
    case "port":
      return Math.min(field.maximum, field.minimum + index);
    case "integer":
      return Math.min(field.maximum, Math.max(field.minimum, 1));
    case "size":
      return renderRam(field.minimumBytes);
    case "choice":
      return field.options[0]?.value ?? "";
    case "text":
      return "x".repeat(Math.max(1, field.minimumLength));
    default:
      return true;
  }
}
