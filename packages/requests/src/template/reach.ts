import { didYouMean, type Finding, type Language } from "@allmende/model";
import type { FieldType, Template, TemplateField, Texts } from "./template.js";

/** Their values are checked down to each character: what a member filled in cannot make another sentence of it. */
const shownTypes: readonly FieldType[] = ["domain", "port", "integer", "choice"];
/** The host's address in hosts.yaml, and the name of the main service. */
const known = ["host", "service"];
const placeholder = /\{([^{}]*)\}/g;

/** Placeholders of `reach` that lead nowhere, or to a field that may stay empty or holds any text. */
export function checkReach(reach: Texts | undefined, fields: readonly TemplateField[]): Finding[] {
  return Object.entries(reach ?? {}).flatMap(([language, text]) =>
    [...text.matchAll(placeholder)].flatMap(([, name = ""]): Finding[] => {
      const problem = problemOf(name, fields);
      return problem === undefined ? [] : [{ path: ["reach", language], message: problem }];
    }),
  );
}

function problemOf(name: string, fields: readonly TemplateField[]): string | undefined {
  if (known.includes(name)) return undefined;
  const field = fields.find((each) => each.name === name);
  const names = [...known, ...fields.filter(({ type }) => shownTypes.includes(type)).map((each) => each.name)];
  if (field === undefined)
    return `"{${name}}" is no place for a value${didYouMean(name, names) || `; there are: ${names.join(", ")}`}`;
  if (!shownTypes.includes(field.type))
    return `"${name}" is a field of type ${field.type}; a text may hold one of ${shownTypes.join(", ")}`;
  if (field.required || field.default !== undefined) return undefined;
  return `"${name}" may stay empty: give it a default, or leave it out of the text`;
}

/** Where a service answers. */
export interface Reached {
  readonly service: string;
  /** Address of its host. */
  readonly address: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** How a member reaches what a template made, in a sentence; undefined: the template does not say. */
export function renderReach(
  { reach, fields }: Pick<Template, "reach" | "fields">,
  { service, address, values }: Reached,
  language: Language,
): string | undefined {
  return reach?.[language].replaceAll(placeholder, (_, name: string) => {
    if (name === "host") return address.includes(":") ? `[${address}]` : address;
    if (name === "service") return service;
    const held = Object.hasOwn(values, name) ? values[name] : undefined;
    return String(held ?? fields.find((field) => field.name === name)?.default ?? "");
  });
}
