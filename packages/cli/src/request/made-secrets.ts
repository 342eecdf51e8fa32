import { randomBytes } from "node:crypto";
import { UserError } from "@allmende/model";
import type { PlannedApplication, RequestedInventory } from "@allmende/requests";
import { readConfigValue } from "../stack/config-secret.js";
import { type Deployment, readDeployment } from "../stack/deployment.js";
import type { Engine } from "../stack/engine.js";
import type { StackFolder } from "../stack/folder.js";

/**
 * Secrets that templates make: each once, at random, on standard input into Pulumi's configuration. One that is missing there (a fresh checkout in CI
 * does not have it) is taken from the stack's state, which keeps it when the service ends: another one would lock a service out of data that is there.
 * Returns the names of those that were made. UserError `secret-lost`: neither has it, and data of an earlier service may be there.
 */
export async function makeSecrets(engine: Engine, inventory: RequestedInventory): Promise<string[]> {
  const missing: { readonly name: string; readonly lengthBytes: number; readonly application: PlannedApplication }[] =
    [];
  for (const application of inventory.applications.values())
    for (const secret of application.plan.generatedSecrets)
      if ((await findValue(engine.folder, secret.name)) === undefined) missing.push({ ...secret, application });
  if (missing.length === 0) return [];
  const deployed = await readDeployed(engine.folder);
  const known = knownSecrets(deployed, inventory);
  const lost = missing.find((each) => !known.has(each.name) && outlivedBy(each.application, inventory));
  // A stack that has brought nothing anywhere has no data.
  if (lost !== undefined && deployed !== undefined) throw secretLost(engine.folder, lost.name, lost.application);
  const made: string[] = [];
  for (const { name, lengthBytes } of missing) {
    await writeSecret(engine, name, known.get(name) ?? randomBytes(lengthBytes).toString("base64url"));
    if (!known.has(name)) made.push(name);
  }
  return made;
}

/**
 * Before the state goes, with everything that it knows: puts what templates made into Pulumi's configuration, since volumes' data stays on the hosts.
 * Returns the names of those that were not there.
 */
export async function keepInConfiguration(engine: Engine): Promise<string[]> {
  const made = [...((await readDeployed(engine.folder))?.madeSecrets ?? [])];
  const kept: string[] = [];
  for (const [name, value] of made) {
    if ((await findValue(engine.folder, name)) !== undefined) continue;
    await writeSecret(engine, name, value);
    kept.push(name);
  }
  return kept;
}

async function writeSecret({ folder, pulumi }: Engine, name: string, value: string): Promise<void> {
  await pulumi(["config", "set", "--secret", name, "--stack", folder.stack], value);
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
  const known = knownSecrets(await readDeployed(folder), inventory);
  for (const name of names) {
    const value = values.get(name) ?? known.get(name);
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

async function readDeployed(folder: StackFolder): Promise<Deployment | undefined> {
  try {
    return await readDeployment(folder, { secrets: true });
  } catch (error) {
    if (error instanceof UserError && error.code === "nothing-deployed") return undefined;
    throw error;
  }
}

/** By name, what templates made, as far as the stack's state has it: also of services that ended. */
export async function readKnownSecrets(
  folder: StackFolder,
  inventory: Pick<RequestedInventory, "applications">,
): Promise<ReadonlyMap<string, string>> {
  return knownSecrets(await readDeployed(folder), inventory);
}

/** What a service runs on counts more than what was kept. */
function knownSecrets(
  deployed: Deployment | undefined,
  inventory: Pick<RequestedInventory, "applications">,
): ReadonlyMap<string, string> {
  return deployed === undefined
    ? new Map()
    : new Map([...deployed.madeSecrets, ...deployedSecrets(deployed.resources, inventory)]);
}

/** Did a service of that name end, whose volumes this one would find? */
function outlivedBy(application: PlannedApplication, { ended }: Pick<RequestedInventory, "ended">): boolean {
  const { service, member, template, plan } = application;
  const former = ended.get(service);
  const hasVolumes = Object.values(plan.services).some(({ volumes = {} }) => Object.keys(volumes).length > 0);
  return former?.member === member && former.template === template && hasVolumes;
}

function secretLost({ stack, directory }: StackFolder, name: string, { service }: PlannedApplication): UserError {
  return new UserError(
    `${service} ended once, and its volumes' data stays on the host: the secret ${name} that goes with it is neither in the configuration nor in the state of stack ${stack}, and a new one would lock ${service} out`,
    {
      code: "secret-lost",
      concerns: directory,
      nextStep: `put the former one back: pulumi config set --secret ${name}; where there is no such data, or it was removed on the host (podman volume rm), set a new one the same way`,
    },
  );
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
