import type { Template } from "./template.js";

/**
 * Values as they go into the file of a request: what the template decides stands there as well, so that what was approved is what runs, whatever
 * a later catalogue says. `fields`: all of the template for a new service; for a change, those that it names: what is taken away of these
 * becomes the default. Secrets are left out: a file has no value of theirs.
 */
export function withDefaults(
  { fields }: Pick<Template, "fields">,
  values: Readonly<Record<string, unknown>>,
  { only }: { readonly only?: "named" | undefined } = {},
): Record<string, unknown> {
  const isEmpty = (value: unknown) => value === undefined || value === null || value === "";
  const defaults = fields
    .filter(({ type, name }) => type !== "secret" && isEmpty(values[name]))
    .filter(({ name }) => only === undefined || Object.hasOwn(values, name))
    .flatMap(({ name, default: preset }) => (preset === undefined ? [] : [[name, preset] as const]));
  return { ...values, ...Object.fromEntries(defaults) };
}
