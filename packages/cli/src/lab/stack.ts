import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { LabHost } from "@allmende/lab";
import { parse, parseDocument, stringify } from "yaml";
import { labStackDirectory, patchStackDirectory, projectDirectory } from "../paths.js";
import { readConfiguration, settingsFile } from "../stack/configuration.js";
import { openEngine } from "../stack/engine.js";
import { findBackend, stackFile, stateDirectory } from "../stack/environment.js";
import { readStackFolder, type StackFolder, stackNamesIn } from "../stack/folder.js";

/** RAM of a lab host that is kept for its system. */
const reserve = "384MiB";

/** Makes stacks/lab and stacks/patch ready for a lab. Returns what it did. */
export async function prepareStacks(hosts: readonly LabHost[]): Promise<string[]> {
  return [...(await prepareLabStack(labStackDirectory, hosts)), ...preparePatchStack(patchStackDirectory, hosts)];
}

/**
 * Makes a stack folder ready for a lab: hosts.yaml with the lab's host keys, the login key's path and random
 * secrets in Pulumi's configuration. What is there already stays. Returns what it did.
 */
async function prepareLabStack(directory: string, hosts: readonly LabHost[]): Promise<string[]> {
  const folder = readStackFolder(directory, "lab");
  const written: string[] = [];
  const hostsFile = join(directory, "inventory", "hosts.yaml");
  const text = renderHostsFile(hosts);
  const before = existsSync(hostsFile) ? readFileSync(hostsFile, "utf8") : undefined;
  if (before !== text) {
    writeFileSync(hostsFile, text);
    written.push(shown(hostsFile));
    // Other host keys: other hosts. What the state says about the old ones would only be in the way.
    if (before !== undefined && hostKeysOf(before) !== hostKeysOf(text)) forgetState(folder);
  }
  const privateKeyPath = hosts[0]?.privateKeyPath;
  if (privateKeyPath && setPlainConfig(folder, "allmende:privateKeyFile", privateKeyPath))
    written.push(`Pulumi.lab.yaml: login key`);
  const secrets = await createSecrets(folder);
  if (secrets.length > 0) written.push(`Pulumi.lab.yaml: secrets ${secrets.join(", ")} (random, encrypted)`);
  return written;
}

/** Gives stacks/patch, whose inventory is that of stacks/lab, the lab's login key and that stack's name. Returns what it did. */
export function preparePatchStack(directory: string, hosts: readonly LabHost[]): string[] {
  const folder = readStackFolder(directory, "lab");
  const privateKeyPath = hosts[0]?.privateKeyPath;
  const written = [
    ...(privateKeyPath && setPlainConfig(folder, "allmende:privateKeyFile", privateKeyPath) ? ["login key"] : []),
    ...(setPlainConfig(folder, `${folder.project}:runsAs`, "lab.lab") ? ["runsAs lab.lab"] : []),
  ];
  return written.length > 0 ? [`${shown(settingsFile(folder))}: ${written.join(", ")}`] : [];
}

/** inventory/hosts.yaml for the hosts of a lab. */
export function renderHostsFile(hosts: readonly LabHost[]): string {
  const entries = hosts.map((host) => [
    host.name,
    {
      address: host.address,
      ...((host.port as number) !== 22 && { port: host.port }),
      user: host.user,
      hostKey: host.hostKey,
      ram: `${Math.floor((host.ramMiB * 0.94) / 4) * 4}MiB`,
      reserve,
    },
  ]);
  const comment =
    "# Written by `allmende lab up`: the hosts of the lab on this machine, with their host keys.\n# ram: what Linux has left of the memory of the host.\n";
  return comment + stringify(Object.fromEntries(entries), { lineWidth: 0 });
}

function hostKeysOf(text: string): string {
  const hosts = (parse(text) ?? {}) as Record<string, { hostKey?: string }>;
  return JSON.stringify(Object.entries(hosts).map(([name, host]) => [name, host.hostKey]));
}

/** Names of the secrets that an inventory takes from Pulumi's configuration: every `{ config: NAME }` in services/. */
export function secretNamesIn(serviceTexts: Iterable<string>): string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const reference = (value as { config?: unknown }).config;
    if (typeof reference === "string" && Object.keys(value).length === 1) names.add(reference);
    else for (const entry of Object.values(value)) visit(entry);
  };
  for (const text of serviceTexts) visit(parse(text));
  return [...names].sort();
}

async function createSecrets(folder: StackFolder): Promise<string[]> {
  const { readInventoryFolder } = await import("../stack/inventory-folder.js");
  const { files } = readInventoryFolder(folder.directory);
  const wanted = secretNamesIn([...files].filter(([path]) => path.startsWith("services/")).map(([, text]) => text));
  const present = Object.keys(readConfiguration(folder));
  const missing = wanted.filter((name) => !present.includes(`${folder.project}:${name}`));
  if (missing.length === 0) return [];
  const engine = await openEngine(folder);
  // On standard input: an argument would show in the process list.
  for (const name of missing) {
    await engine.pulumi(
      ["config", "set", "--secret", name, "--stack", folder.stack],
      randomBytes(24).toString("base64url"),
    );
  }
  return missing;
}

function setPlainConfig(folder: StackFolder, key: string, value: string): boolean {
  if (readConfiguration(folder)[key] === value) return false;
  const path = settingsFile(folder);
  const document = parseDocument(existsSync(path) ? readFileSync(path, "utf8") : "");
  document.setIn(["config", key], value);
  writeFileSync(path, document.toString());
  return true;
}

/**
 * Removes what the lab wrote into a stack folder: state, passphrase, secrets, host keys. Returns what it removed. Where
 * the folder has other stacks as well, their states and passphrase stay.
 */
export function cleanLabStack(directory: string): string[] {
  const folder = readStackFolder(directory, "lab");
  const isShared = stackNamesIn(directory).some((name) => name !== folder.stack);
  const paths = [
    isShared ? stackFile(folder, findBackend(folder)) : stateDirectory(folder),
    settingsFile(folder),
    join(directory, "inventory", "hosts.yaml"),
  ].filter((path) => path !== undefined && existsSync(path)) as string[];
  for (const path of paths) rmSync(path, { recursive: true, force: true });
  return paths.map(shown);
}

/** The passphrase stays: the secrets in the configuration are closed with it. */
function forgetState(folder: StackFolder): void {
  rmSync(join(stateDirectory(folder), ".pulumi"), { recursive: true, force: true });
}

function shown(path: string): string {
  return relative(projectDirectory, path);
}
