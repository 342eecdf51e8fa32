import type { RequestedInventory } from "@allmende/requests";
import { madeSecretsKey } from "@allmende/requests";
import { type Config, type Output, output, runtime, secret, unknown } from "@pulumi/pulumi";

/** What templates make at random, as a program finds it. */
export interface MadeSecrets {
  /** The value of any `{ config: NAME }`; undefined: there is none, and none is coming. */
  find(name: string): Output<string> | undefined;
  /**
   * All that were made, by name: of services that are there and of those that ended. In the stack's state a password then outlives its service, as
   * volumes do. Undefined: there are none.
   */
  readonly kept: Output<Record<string, string>> | undefined;
}

/**
 * The configuration counts first, then what the command that runs this program found in the stack's state. In a preview of such a command, what is
 * not made yet is not known yet.
 */
export function readMadeSecrets(
  config: Config,
  { applications }: Pick<RequestedInventory, "applications">,
): MadeSecrets {
  const told = runtime.allConfig()[madeSecretsKey];
  const stored: Readonly<Record<string, string>> = told === undefined ? {} : JSON.parse(told);
  const names = [...applications.values()].flatMap(({ plan }) => plan.generatedSecrets.map(({ name }) => name));
  const values = new Map<string, string>(Object.entries(stored));
  for (const name of names) {
    const value = config.get(name);
    if (value !== undefined) values.set(name, value);
  }
  const isComing = (name: string) => told !== undefined && runtime.isDryRun() && names.includes(name);
  return {
    find: (name) => {
      const value = config.getSecret(name) ?? values.get(name);
      if (value !== undefined) return secret(value);
      return isComing(name) ? secret(output(unknown as unknown as string)) : undefined;
    },
    kept: values.size === 0 ? undefined : secret(Object.fromEntries(values)),
  };
}
