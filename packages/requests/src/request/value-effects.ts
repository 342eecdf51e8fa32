import type { FieldValue, Template, TemplateField } from "../template/template.js";
import type { PlannedApplication } from "./inventory.js";
import { type OlderImage, olderImages } from "./older-images.js";
import type { MemberRequest } from "./request.js";

/** What a request says of one field of its template. Secrets are no values. */
export interface ValueEffect {
  readonly name: string;
  readonly label: TemplateField["label"];
  readonly type: TemplateField["type"];
  /** Of a change: what it was before, as the request held it or as the template's default. */
  readonly before: FieldValue | undefined;
  readonly after: FieldValue | undefined;
  /** `default`: as the template has it. `open`: the file does not hold it, and a later default would count. */
  readonly origin: "given" | "default" | "open";
}

/** A new service has all fields with a value, a change those that it names. */
export function valueEffects(
  request: MemberRequest,
  former: PlannedApplication | undefined,
  latter: PlannedApplication | undefined,
  template: Template | undefined,
): ValueEffect[] {
  if (latter === undefined || (request.change !== "create" && request.change !== "change")) return [];
  return (template?.fields ?? []).flatMap((field) => {
    const { name, label, type, default: preset } = field;
    const isNamed = Object.hasOwn(request.values, name);
    if (type === "secret" || (request.change === "change" && !isNamed)) return [];
    const held = heldValue(latter.values, name);
    const before = former === undefined ? undefined : (heldValue(former.values, name) ?? preset);
    const after = held ?? preset;
    if (before === undefined && after === undefined) return [];
    const origin =
      held === undefined && after !== undefined ? "open" : String(after) === String(preset) ? "default" : "given";
    return [{ name, label, type, before, after, origin } as const];
  });
}

/** Images of what a request comes to that are older than the template's defaults. */
export function olderImagesOf(latter: PlannedApplication | undefined, template: Template | undefined): OlderImage[] {
  return latter === undefined || template === undefined ? [] : olderImages(template, latter.values);
}

/** Empty is no value: then the default counts. */
function heldValue(values: PlannedApplication["values"], name: string): FieldValue | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === null || value === "" ? undefined : (value as FieldValue | undefined);
}
