import { existsSync, readFileSync } from "node:fs";
import { UserError } from "@allmende/model";
import { type Backend, engineEnvironment, findBackend, stackFile } from "./environment.js";
import type { StackFolder } from "./folder.js";
import { requireKnownStack } from "./known-stack.js";
import { type OpenSecret, stateOpener } from "./state-secrets.js";

/** A resource as the stack's state has it. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly provider?: string | undefined;
}

/** What a stack has brought to its hosts: its own resources, and the settings of its providers by reference. */
export interface Deployment {
  readonly resources: readonly DeployedResource[];
  readonly providers: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** By name, what templates made at random: of services that are there and of those that ended. Empty where secrets stay closed. */
  readonly madeSecrets: ReadonlyMap<string, string>;
}

const commonsType = "allmende:index:Commons";
const secretMarker = "4dabf18193072939515e22adb298388d";

/**
 * Reads the state of a stack: straight from the file of a local backend, from `pulumi stack export` otherwise.
 * Secrets are `undefined` unless `secrets` asks for them, but for those of the providers: without the login's key no host is
 * reached. A UserError when nothing was deployed yet, or the folder has no such stack.
 */
export async function readDeployment(folder: StackFolder, options: { secrets?: boolean } = {}): Promise<Deployment> {
  const backend = findBackend(folder);
  requireKnownStack(folder, backend);
  const path = stackFile(folder, backend);
  if (path !== undefined && !existsSync(path)) throw nothingDeployed(folder);
  const local = path === undefined ? undefined : parseState(readFileSync(path, "utf8"));
  const deployment = await openState(folder, backend, local, options.secrets ?? false);
  if (deployment.resources.length === 0) throw nothingDeployed(folder);
  return deployment;
}

async function openState(
  folder: StackFolder,
  backend: Backend,
  local: State | undefined,
  secrets: boolean,
): Promise<Deployment> {
  if (local && !holdsSecrets(local, secrets)) return deploymentOf(local);
  if (local) {
    const open = await stateOpener(local.secrets_providers, { ...process.env, ...engineEnvironment(folder, backend) });
    if (open) return deploymentOf(local, open, secrets);
  }
  const { openEngine } = await import("./engine.js");
  const engine = await openEngine(folder);
  const exported = async (...options: string[]) =>
    parseState(await engine.pulumi(["stack", "export", "--stack", folder.stack, ...options]));
  if (secrets) return deploymentOf(await exported("--show-secrets"));
  const closed = await exported();
  if (!holdsSecrets(closed, false)) return deploymentOf(closed);
  return deploymentOf(await exported("--show-secrets"), undefined, false);
}

/** Whether an input of ours that is wanted is closed: opening costs a third of a second. */
function holdsSecrets(state: State, ofResources: boolean): boolean {
  const ours = ofResources ? /^(allmende:index|pulumi:providers:allmende)/ : /^pulumi:providers:allmende/;
  const wanted = (state.resources ?? []).filter((entry) => ours.test(String(entry["type"])));
  return wanted.some((entry) => {
    const kept = entry["type"] === commonsType ? entry["outputs"] : undefined;
    return JSON.stringify([withoutObservations({ ...(entry["inputs"] as object) }), kept]).includes(secretMarker);
  });
}

/** The parts of a state that are read here. */
export interface State {
  readonly secrets_providers?: unknown;
  readonly resources?: readonly Record<string, unknown>[];
}

/** Parses a state file (`checkpoint.latest`) or an export (`deployment`). */
function parseState(text: string): State {
  const document = JSON.parse(text);
  return document.checkpoint?.latest ?? document.deployment ?? {};
}

/**
 * What of a state is ours; secrets are opened with `open`, or left out where the state does not show them. Those of resources
 * only with `ofResources`.
 */
export function deploymentOf(state: State, open?: OpenSecret, ofResources = true): Deployment {
  const resources: DeployedResource[] = [];
  const providers = new Map<string, Record<string, unknown>>();
  const madeSecrets = new Map<string, string>();
  for (const entry of state.resources ?? []) {
    if (entry["delete"]) continue; // An old version that only waits for its removal.
    const urn = String(entry["urn"]);
    const type = String(entry["type"]);
    const isProvider = type === "pulumi:providers:allmende";
    const opening = isProvider || ofResources ? open : "nothing";
    const read = (part: string) => openSecrets(entry[part] ?? {}, opening) as Record<string, unknown>;
    if (isProvider) providers.set(`${urn}::${String(entry["id"])}`, read("inputs"));
    if (type === commonsType) {
      const { madeSecrets: made } = read("outputs");
      for (const [name, value] of Object.entries(made ?? {}))
        if (typeof value === "string") madeSecrets.set(name, value);
    }
    if (!/^allmende:index:(Host|Member|Service|PatchRun)$/.test(type)) continue;
    resources.push({
      urn,
      type,
      id: entry["id"] === undefined ? undefined : String(entry["id"]),
      inputs: withoutObservations(read("inputs")),
      outputs: read("outputs"),
      provider: entry["provider"] === undefined ? undefined : String(entry["provider"]),
    });
  }
  return { resources, providers, madeSecrets };
}

/** A refresh notes what is really there among the inputs as well, so that the engine shows drift. */
function withoutObservations(inputs: Record<string, unknown>): Record<string, unknown> {
  const { digests: _digests, live: _live, facts: _facts, ...declared } = inputs;
  return declared;
}

/** Secrets as their value where the state shows it or `open` opens it, as undefined otherwise; `nothing`: all as undefined. */
function openSecrets(value: unknown, open: OpenSecret | "nothing" | undefined): unknown {
  if (Array.isArray(value)) return value.map((entry) => openSecrets(entry, open));
  if (typeof value !== "object" || value === null) return value;
  if (secretMarker in value) {
    if (open === "nothing") return undefined;
    const { plaintext, ciphertext } = value as { plaintext?: unknown; ciphertext?: unknown };
    const text =
      typeof plaintext === "string" ? plaintext : typeof ciphertext === "string" ? open?.(ciphertext) : undefined;
    return text === undefined ? undefined : openSecrets(JSON.parse(text), open);
  }
  // The engine's own entries, such as `__defaults`, are nobody's input.
  const entries = Object.entries(value).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(entries.map(([key, entry]) => [key, openSecrets(entry, open)]));
}

function nothingDeployed(folder: StackFolder): UserError {
  return new UserError(`stack ${folder.stack} has not brought anything to a host yet`, {
    code: "nothing-deployed",
    concerns: folder.directory,
    nextStep: "run `allmende up` first",
  });
}
