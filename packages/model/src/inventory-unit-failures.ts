import type * as z from "zod";
import type { mailFileSchema } from "./mail-input.js";
import type { LoadOptions } from "./secret-references.js";
import { unresolvedSecret } from "./secret-references.js";
import type { SecretReference } from "./secrets-input.js";
import type { UnitFailuresSpec } from "./specs.js";
import { type HostUnitFailuresInput, unitFailuresOf } from "./unit-failures-input.js";

/** `unitFailures` of every host of an inventory, as mail.yaml has it: the password is a reference. */
export type InventoryUnitFailuresInput = Omit<HostUnitFailuresInput, "smtp"> & {
  readonly smtp: Omit<HostUnitFailuresInput["smtp"], "password"> & { readonly password?: SecretReference | undefined };
};

/** What mail.yaml says of failing units, for each host. Undefined: nothing. */
export function unitFailuresOfMail(
  mail: z.output<typeof mailFileSchema>,
  { secret }: LoadOptions,
): UnitFailuresSpec | undefined {
  if (mail.unitFailures === undefined) return undefined;
  const { from, hostmasters, language } = mail;
  const { password: reference, ...smtp } = mail.smtp;
  const config = reference?.config;
  const password = config === undefined ? undefined : (secret?.(config) ?? unresolvedSecret(config));
  return unitFailuresOf({ from, hostmasters, language, smtp: { ...smtp, password }, ...mail.unitFailures });
}

/** The same as it was written; `mail` was checked. */
export function unitFailuresInputOfMail(mail: unknown): InventoryUnitFailuresInput | undefined {
  const { from, hostmasters, language, smtp, unitFailures } = mail as z.input<typeof mailFileSchema>;
  return unitFailures && { from, hostmasters, language, smtp, ...unitFailures };
}
