import type { Placement } from "./template.js";

/**
 * Of a secret in Pulumi's configuration. Computed, never chosen: no member can name a secret of another one, or of the cooperative. Neither
 * names of members nor of services have a dot in them.
 */
export function secretName({ member, name }: Placement, secret: string): string {
  return `${member}.${name}.${secret}`;
}

/** Where a command tells the stack's program, in its own memory alone, which secrets the stack's state keeps: JSON, values by name. */
export const madeSecretsKey = "allmende:madeSecrets";
