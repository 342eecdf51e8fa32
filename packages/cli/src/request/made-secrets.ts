import { randomBytes } from "node:crypto";
import { UserError } from "@allmende/model";
import type { RequestedInventory } from "@allmende/requests";
import { readConfigValue } from "../stack/config-secret.js";
import { type Deployment, readDeployment } from "../stack/deployment.js";
import type { Engine } from "../stack/engine.js";
import type { StackFolder } from "../stack/folder.js";

/**
 * Secrets that templates make: each once, at random, on standard input into Pulumi's configuration. One that is missing there and on which a
 * service runs already (a fresh checkout in CI does not have it) is taken from the stack's state: another one would lock the service out of its
 * own data. Returns the names of those that were made.
 */
export async function makeSecrets(engine: Engine, inventory: RequestedInventory): Promise<string[]> {
  const missing: { readonly name: string; readonly lengthBytes: number }[] = [];
  for (const { plan } of inventory.applications.values())
    for (const secret of plan.generatedSecrets)
      if ((await findValue(engine.folder, secret.name)) === undefined) missing.push(secret);
  if (missing.length === 0) return [];
  const deployed = deployedSecrets(await readDeployed(engine.folder), inventory);
  const made: string[] = [];
  for (const { name, lengthBytes } of missing) {
    const known = deployed.get(name);
    const value = known ?? randomBytes(lengthBytes).toString("base64url");
    await engine.pulumi(["config", "set", "--secret", name, "--stack", engine.folder.stack], value);
    if (known === undefined) made.push(name);
  }
  return made;
}

async function findValue(folder: StackFolder, name: string): Promise<string | undefined> {
  try {
    return await readConfigValue(folder, name);
  } catch (error) {
    if (error instanceof UserError && error.code === "no-config-value") return undefined;
    throw error;
  }
}

/** Values of secrets that were made, by name: from the configuration, or where a checkout has them not, from the stack's state. UserError `secret-not-made`. */
export async function readMadeSecrets(
  folder: StackFolder,
  inventory: Pick<RequestedInventory, "applications">,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const name of names) {
    const value = await findValue(folder, name);
    if (value !== undefined) values.set(name, value);
  }
  if (values.size === names.length) return values;
  const deployed = deployedSecrets(await readDeployed(folder), inventory);
  for (const name of names) {
    const value = values.get(name) ?? deployed.get(name);
    if (value === undefined) {
      throw new UserError(`the secret ${name} was not made yet`, {
        code: "secret-not-made",
        concerns: name,
        nextStep: "apply what was accepted first: allmende request apply",
      });
    }
    values.set(name, value);
  }
  return values;
}

async function readDeployed(folder: StackFolder): Promise<Deployment["resources"]> {
  try {
    return (await readDeployment(folder, { secrets: true })).resources;
  } catch (error) {
    if (error instanceof UserError && error.code === "nothing-deployed") return [];
    throw error;
  }
}

/** Values by their name in Pulumi's configuration, as far as the state shows them. */
export function deployedSecrets(
  resources: Deployment["resources"],
  { applications }: Pick<RequestedInventory, "applications">,
): ReadonlyMap<string, string> {
  const services = new Map(resources.map(({ inputs }) => [inputs["name"], inputs["secrets"]] as const));
  const found = new Map<string, string>();
  for (const { plan } of applications.values()) {
    for (const [service, { secrets = {} }] of Object.entries(plan.services)) {
      for (const [key, secret] of Object.entries(secrets)) {
        const name = configOf(secret);
        const value = textOf(recordOf(services.get(service))[key]);
        if (name !== undefined && value !== undefined) found.set(name, value);
      }
    }
  }
  return found;
}

/** `{ config: NAME }`, also as the value of `{ value, as }`. */
function configOf(secret: unknown): string | undefined {
  const { config, value } = recordOf(secret);
  return typeof config === "string" ? config : value === undefined ? undefined : configOf(value);
}

function textOf(secret: unknown): string | undefined {
  if (typeof secret === "string") return secret;
  const { value } = recordOf(secret);
  return typeof value === "string" ? value : undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
