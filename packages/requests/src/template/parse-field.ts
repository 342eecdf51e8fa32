import { parseRam } from "@allmende/model";
import type { FieldInput } from "./field-schema.js";
import { parseFieldValue } from "./field-value.js";
import type { TemplateField } from "./template.js";

/** What is wrong with one key of a field. */
export interface FieldProblem {
  readonly key: string;
  readonly message: string;
}

/** RAM that no service can do with less of, in bytes. */
const leastRam = "16MiB";
const usualTextLength = 200;

/** A field with the limits that it has where the template says none, and what is wrong with it. */
export function parseField(
  name: string,
  input: FieldInput,
  registries: readonly string[],
): { field: TemplateField; problems: FieldProblem[] } {
  const required = input.required ?? true;
  const field = limited(
    { name, label: input.label, help: input.help, required, advanced: input.advanced ?? false },
    input,
    registries,
  );
  const problems = limitProblems(field);
  if (!("default" in input) || input.default === undefined) {
    if (input.advanced === true && required && input.type !== "secret")
      problems.push({ key: "advanced", message: 'needs a "default": it is not asked' });
    return { field, problems };
  }
  const parsed = problems.length === 0 ? parseFieldValue(field, input.default, "en") : undefined;
  if (parsed === undefined) return { field, problems };
  return parsed.ok
    ? { field: { ...field, default: parsed.value }, problems }
    : { field, problems: [{ key: "default", message: `would not be accepted: ${parsed.message}` }] };
}

type Base = Pick<TemplateField, "name" | "label" | "help" | "required" | "advanced">;

function limited(base: Base, input: FieldInput, registries: readonly string[]): TemplateField {
  switch (input.type) {
    case "port":
      // Lower ports of a host are the ingress'.
      return { ...base, type: "port", minimum: input.minimum ?? 1024, maximum: input.maximum ?? 65_535 };
    case "integer":
      return {
        ...base,
        type: "integer",
        minimum: input.minimum ?? Number.MIN_SAFE_INTEGER,
        maximum: input.maximum ?? Number.MAX_SAFE_INTEGER,
      };
    case "size":
      return {
        ...base,
        type: "size",
        minimumBytes: parseRam(input.minimum ?? leastRam),
        maximumBytes: input.maximum === undefined ? undefined : parseRam(input.maximum),
      };
    case "choice":
      return { ...base, type: "choice", options: input.options };
    case "gitUrl":
      return { ...base, type: "gitUrl", hosts: input.hosts };
    case "image":
      return { ...base, type: "image", registries: input.registries ?? registries };
    case "text":
      return {
        ...base,
        type: "text",
        minimumLength: input.minimumLength ?? 1,
        maximumLength: input.maximumLength ?? usualTextLength,
      };
    default:
      return { ...base, type: input.type };
  }
}

function limitProblems(field: TemplateField): FieldProblem[] {
  switch (field.type) {
    case "port":
    case "integer":
      return ordered("minimum", field.minimum, field.maximum);
    case "size":
      return ordered("minimum", field.minimumBytes, field.maximumBytes ?? field.minimumBytes);
    case "text":
      return ordered("minimumLength", field.minimumLength, field.maximumLength);
    case "image":
      return field.registries.length > 0
        ? []
        : [{ key: "registries", message: "is missing, and the catalogue (catalogue.yaml) names no registries either" }];
    case "choice": {
      const values = field.options.map(({ value }) => value);
      const twice = values.find((value, index) => values.indexOf(value) !== index);
      return twice === undefined ? [] : [{ key: "options", message: `offers "${twice}" twice` }];
    }
    default:
      return [];
  }
}

function ordered(key: string, least: number, most: number): FieldProblem[] {
  return least <= most ? [] : [{ key, message: "is greater than the maximum" }];
}
