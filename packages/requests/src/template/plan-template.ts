import type { Parsed } from "@allmende/model";
import type { Placement, Template, TemplatePlan } from "./template.js";

/**
 * The services that a filled-in template makes; `values` by field as members write them. Findings have the field's name as path
 * (`["port"]`), or `["services", NAME, …]` where the model refuses what came of it.
 */
export function planTemplate(
  _template: Template,
  _values: Readonly<Record<string, unknown>>,
  _placement: Placement,
): Parsed<TemplatePlan> {
  throw new Error("not made yet");
}
