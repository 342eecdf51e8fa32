import type { RequestedInventory } from "@allmende/requests";
import { madeSecretsKey } from "@allmende/requests";
import { type Config, type Output, output, RunError, runtime, secret, unknown } from "@pulumi/pulumi";
import { exportState } from "./exported-state.js";

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

type Values = Readonly<Record<string, string>>;

/**
 * The configuration counts first, then what the stack's state has: as the command found it that runs this program, or, under plain `pulumi up`, as it is
 * read here. In a preview of such a command, what is not made yet is not known yet. Throws RunError where what is kept would be lost.
 */
export function readMadeSecrets(
  config: Config,
  { applications, ended }: Pick<RequestedInventory, "applications" | "ended">,
): MadeSecrets {
  const told = runtime.allConfig()[madeSecretsKey];
  const names = [...applications.values()].flatMap(({ plan }) => plan.generatedSecrets.map(({ name }) => name));
  const isStateNeeded = ended.size > 0 || names.some((name) => config.get(name) === undefined);
  const stored = told !== undefined ? (JSON.parse(told) as Values) : isStateNeeded ? readStored(ended.size > 0) : {};
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

interface Exported {
  readonly deployment?: {
    readonly resources?: readonly {
      readonly type?: string;
      readonly outputs?: { readonly madeSecrets?: { readonly plaintext?: string } };
    }[];
  };
}

function readStored(isKept: boolean): Values {
  let text: string;
  try {
    text = exportState("--show-secrets");
  } catch {
    // What is missing then is refused by name, before anything happens.
    if (!isKept) return {};
    // What the command said is not passed on: it was asked for secrets.
    throw new RunError(
      "Passwords of services that ended, whose data stays, are in the stack's state, which could not be read: `pulumi stack export` failed.\nRun `allmende up`, or put the pulumi command into PATH.",
    );
  }
  const { deployment } = JSON.parse(text) as Exported;
  const kept = (deployment?.resources ?? [])
    .filter(({ type }) => type === "allmende:index:Commons")
    .map(({ outputs }): Values => JSON.parse(outputs?.madeSecrets?.plaintext ?? "{}"));
  return Object.assign({}, ...kept);
}
