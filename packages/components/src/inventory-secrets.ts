import { type Finding, type LoadedInventory, secretReferences } from "@allmende/model";
import type { RequestedInventory } from "@allmende/requests";
import type { Config } from "@pulumi/pulumi";
import type { UnitFailuresArgs } from "./unit-failures.js";

interface Declared extends Pick<RequestedInventory, "applications"> {
  readonly inputs: Pick<LoadedInventory["inputs"], "services" | "unitFailures">;
}

/**
 * Every `{ config: NAME }` in the services' files and, where hosts send mails, in mail.yaml that `find` has no value for. What a template makes
 * at random is made by a command: also for requests that were accepted before their template made it.
 */
export function checkSecrets(
  { inputs, applications }: Declared,
  files: ReadonlyMap<string, string>,
  find: (name: string) => unknown,
): Finding[] {
  const made = new Map(
    [...applications.values()].flatMap(({ plan, requests }) =>
      plan.generatedSecrets.map(({ name }) => [name, requests[0]] as const),
    ),
  );
  const check = (base: string, path: readonly string[], key: string): Finding[] => {
    if (find(key) !== undefined) return [];
    const request = made.get(key);
    if (request !== undefined) {
      const how = `the template makes the secret "${key}", and this configuration has none: allmende request apply makes it, at random, or takes the one that was made from the stack's state, as allmende preview and up do`;
      return [request.locate(["template"], how)];
    }
    const file = [`${base}.yaml`, `${base}.yml`].find((each) => files.has(each));
    const message = `there is no "${key}" in the configuration: pulumi config set --secret ${key}`;
    return [{ path, message, file, ...placeOf(files.get(file ?? "") ?? "", key) }];
  };
  const ofServices = inputs.services.flatMap((service) =>
    secretReferences(service).flatMap(({ path, config: key }) => check(`services/${service.name}`, path, key)),
  );
  const password = inputs.unitFailures?.smtp.password?.config;
  return [...ofServices, ...(password === undefined ? [] : check("mail", ["smtp", "password"], password))];
}

/** What hosts send mails with, the password being the configuration's, a secret. */
export function withPassword(
  unitFailures: LoadedInventory["inputs"]["unitFailures"],
  config: Config,
): UnitFailuresArgs | undefined {
  if (unitFailures === undefined) return undefined;
  const { password, ...smtp } = unitFailures.smtp;
  return {
    ...unitFailures,
    smtp: { ...smtp, ...(password && { password: config.requireSecret(password.config) }) },
  };
}

/** Line and column of the name of a configuration value; nothing when it is written in an unusual way. */
function placeOf(text: string, key: string): { line: number; column: number } | undefined {
  const escaped = key.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const match = new RegExp(`config:\\s*["']?(?=${escaped}\\b)`).exec(text);
  if (match === null) return undefined;
  const before = text.slice(0, match.index + match[0].length).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
