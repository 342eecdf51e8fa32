import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LabError } from "./errors.js";
import type { ImageFlavour } from "./options.js";

/** What a lab remembers between processes: `lab.json` in its state directory. */
export interface LabState {
  readonly version: 1;
  readonly name: string;
  readonly number: number;
  readonly delayMs: number;
  /** Key of the container images that its registry was filled with. */
  readonly registryKey: string;
  /** In order of creation. */
  readonly hosts: readonly HostState[];
  /** Servers of the Hetzner Cloud API; absent: none yet. */
  readonly servers?: readonly HostState[];
}

export interface HostState {
  readonly name: string;
  /** 1, 2, … in order of creation. */
  readonly number: number;
  readonly ramMiB: number;
  readonly flavour: ImageFlavour;
  /** Key of the image below the host's disk, and of the kernel that it was made for. */
  readonly imageKey: string;
  readonly kernelKey: string;
  /** 32 hex digits. */
  readonly machineId: string;
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
  /** Its connections are refused for now. */
  readonly cut: boolean;
  /** Files in `volumes/` by slot, the first is its third disk; null: a slot that is free again. */
  readonly volumes?: readonly (number | null)[];
}

/** Everything that has an address in the lab. */
export function machinesOf(state: LabState): readonly HostState[] {
  return [...state.hosts, ...(state.servers ?? [])];
}

/** Text of `lab.json` to state. Throws LabError `bad-state` when it was not written by this version. */
export function parseState(text: string, path = "lab.json"): LabState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badState(path, cause);
  }
  if (!isState(value)) throw badState(path);
  return value;
}

export function renderState(state: LabState): string {
  return `${JSON.stringify(state, undefined, 2)}\n`;
}

function isState(value: unknown): value is LabState {
  if (!isRecord(value) || value.version !== 1 || typeof value.name !== "string") return false;
  return (
    typeof value.number === "number" &&
    typeof value.registryKey === "string" &&
    typeof value.delayMs === "number" &&
    Array.isArray(value.hosts) &&
    value.hosts.every(isHost) &&
    (value.servers === undefined || (Array.isArray(value.servers) && value.servers.every(isHost)))
  );
}

function isHost(value: unknown): value is HostState {
  if (!isRecord(value)) return false;
  const texts = [value.name, value.flavour, value.imageKey, value.kernelKey, value.machineId, value.hostKey];
  return (
    texts.every((text) => typeof text === "string") &&
    typeof value.number === "number" &&
    typeof value.ramMiB === "number" &&
    typeof value.cut === "boolean"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function badState(path: string, cause?: unknown): LabError {
  return new LabError(`${path} cannot be read as a lab's state`, {
    code: "bad-state",
    concerns: path,
    nextStep: "Take the lab down and start it again.",
    cause,
  });
}

/** The state in a lab's directory; undefined when there is none. */
export async function readState(directory: string): Promise<LabState | undefined> {
  const path = join(directory, "lab.json");
  try {
    return parseState(await readFile(path, "utf8"), path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Replaces the state as a whole, so that a reader never sees half of it. */
export async function writeState(directory: string, state: LabState): Promise<void> {
  const path = join(directory, "lab.json");
  await writeFile(`${path}.new`, renderState(state));
  await rename(`${path}.new`, path);
}
