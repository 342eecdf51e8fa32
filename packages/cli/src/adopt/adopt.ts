import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Adoption, checkFitness, type FitnessCheck, planAdoption, renderHost, surveyHost } from "@allmende/host";
import { HostError, type LoadedInventory, parseHost, renderRam, UserError } from "@allmende/model";
import { type HeldRequest, loadRequestedInventory } from "@allmende/requests";
import { type HostKey, renderHostKey } from "@allmende/ssh";
import { reserveForNewHost } from "../capacity/reserve.js";
import type { Context } from "../context.js";
import { readRequested } from "../request/requested.js";
import { settleRequested } from "../request/settled.js";
import { loadInventoryFolder } from "../stack/stack-inventory.js";
import { addHostEntry, type HostEntry } from "./hosts-file.js";
import { adoptionCredentials, onHost } from "./login.js";
import { type AdoptionPlace, nameOf } from "./place.js";

export interface AdoptOptions {
  readonly stackFolder: string;
  readonly stack?: string | undefined;
  readonly name?: string | undefined;
  readonly reserve?: string | undefined;
  readonly identity?: string | undefined;
}

/** What is settled before the host is asked anything. */
export interface PlannedEntry {
  readonly name: string;
  readonly reserveBytes: number;
  /** Requests that wait already. */
  readonly held: readonly HeldRequest[];
}

/** Name and reserve of the new entry. Throws UserError `host-exists`, `name-missing`, `reserve-missing`, `bad-inventory`. */
export async function planEntry(place: AdoptionPlace, options: AdoptOptions): Promise<PlannedEntry> {
  const inventory = await loadInventoryFolder(options.stackFolder);
  const name = options.name ?? nameOf(place);
  if (name === undefined) {
    throw new UserError(`what is ${place.address} to be called?`, {
      code: "name-missing",
      concerns: place.address,
      nextStep: "say it, for example --name web1",
    });
  }
  refuseExisting(inventory, place, name);
  const reserveBytes = reserveForNewHost(options.reserve, inventory.hosts, "--reserve");
  return { name, reserveBytes, held: inventory.held };
}

function refuseExisting({ hosts }: LoadedInventory, { address, port }: AdoptionPlace, name: string): void {
  const other = hosts.find(
    ({ name: taken, connection }) => taken === name || (connection.address === address && connection.port === port),
  );
  if (other === undefined) return;
  const what = other.name === name ? `there is a host ${name}` : `${address} is in the inventory`;
  throw new UserError(`${what} already: ${other.name} at ${other.connection.address}`, {
    code: "host-exists",
    concerns: "hosts.yaml",
    nextStep: other.name === name ? "give another --name, or change the entry by hand" : "change that entry by hand",
  });
}

export interface Surveyed {
  readonly checks: readonly FitnessCheck[];
  readonly changes: Adoption;
  /** Keys of resources of Allmende's that are on the host already. */
  readonly manifests: readonly string[];
  readonly entry: HostEntry;
}

/** Logs in, with the confirmed key pinned, and looks whether the host fits. Changes nothing. */
export async function surveyForAdoption(
  context: Context,
  place: AdoptionPlace,
  key: HostKey,
  { name, reserveBytes }: PlannedEntry,
  options: AdoptOptions,
): Promise<Surveyed> {
  const hostKey = renderHostKey(key);
  const { address, port, user } = place;
  const reserve = renderRam(reserveBytes);
  const entry = { address, ...(port !== 22 && { port }), user, hostKey, reserve };
  const parsed = parseHost({ name, ...entry });
  if (!parsed.ok) {
    const what = parsed.findings.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ");
    throw new UserError(what, { code: "bad-host", concerns: name, nextStep: "correct what was given" });
  }
  const tree = renderHost(parsed.value);
  const credentials = await adoptionCredentials(options.stackFolder, options);
  const survey = await onHost(parsed.value.connection, credentials, context.signal, async (ssh) =>
    surveyHost(ssh, tree, { signal: context.signal }),
  );
  const { manifests } = survey;
  return { checks: checkFitness(survey, reserveBytes), changes: planAdoption(survey, tree), manifests, entry };
}

/** HostError `host-unfit` with everything that does not fit. */
export function refuseUnfit(name: string, checks: readonly FitnessCheck[]): void {
  const unfit = checks.filter(({ ok }) => !ok);
  if (unfit.length === 0) return;
  const what = unfit.map((check) => `${check.what} is ${check.found}, wanted is ${check.wanted}`).join("; ");
  throw new HostError(`${name} does not fit: ${what}. Nothing was written`, {
    code: "host-unfit",
    concerns: name,
    nextStep: "correct that on the host, or take another one",
  });
}

/** Writes the entry into hosts.yaml, whole or not at all. Returns the file's path. */
export async function writeEntry(path: string, name: string, entry: HostEntry): Promise<string> {
  const requested = readRequested(path);
  const { directory, files, templates } = requested;
  const file = join(directory, "hosts.yaml");
  const text = addHostEntry(readFileSync(file, "utf8"), name, entry);
  const nowMs = Date.now();
  const settled = await settleRequested({ ...requested, files: new Map([...files, ["hosts.yaml", text]]) }, { nowMs });
  const loaded = loadRequestedInventory(settled.files, { templates, nowMs });
  if (!loaded.ok)
    throw new Error(`the inventory would be wrong: ${loaded.findings.map(({ message }) => message).join("; ")}`);
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  return file;
}
