import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type FileEntry, renderTree } from "@allmende/host";
import { type HostInventory, inventoryOfHost, UserError } from "@allmende/model";
import type { HeldRequest } from "@allmende/requests";
import { deployedHosts } from "../live/deployed.js";
import { makeOutFolder, requireOutFolder } from "../output/out-folder.js";
import { readDeployment } from "../stack/deployment.js";
import type { StackFolder } from "../stack/folder.js";
import { hasInventory } from "../stack/inventory-folder.js";
import { requireKnownStack } from "../stack/known-stack.js";
import { loadInventoryFolder } from "../stack/stack-inventory.js";

export interface Kit {
  readonly source: "state" | "inventory";
  readonly written: readonly string[];
  /** Files with secrets that were not asked for. */
  readonly leftOut: readonly string[];
  /** Requests of the inventory that wait: what they ask for is not among the files. */
  readonly held: readonly HeldRequest[];
}

/** Writes the files of a host into a folder. UserError when the host is unknown or the folder is not empty. */
export async function renderKit(
  folder: StackFolder,
  host: string,
  options: { out: string; from?: "state" | "inventory" | undefined; withSecrets?: boolean | undefined },
): Promise<Kit> {
  requireOutFolder(options.out);
  requireKnownStack(folder);
  if (existsSync(options.out) && readdirSync(options.out).length > 0) {
    throw new UserError(`${options.out} is not empty`, {
      code: "folder-not-empty",
      concerns: options.out,
      nextStep: "name a new folder",
    });
  }
  const { inventory, source, held } = await inventoryFor(folder, host, options);
  const entries = renderTree(inventory);
  const written = entries.filter((entry) => !entry.secret || options.withSecrets);
  for (const entry of written) writeEntry(options.out, entry);
  writeFileSync(join(options.out, "OWNERS.tsv"), renderOwners(written));
  return {
    source,
    held,
    written: written.map(({ path }) => path),
    leftOut: entries.filter((entry) => !written.includes(entry)).map(({ path }) => path),
  };
}

async function inventoryFor(
  folder: StackFolder,
  host: string,
  options: { from?: "state" | "inventory" | undefined; withSecrets?: boolean | undefined },
): Promise<Pick<Kit, "source" | "held"> & { readonly inventory: HostInventory }> {
  if (options.from !== "inventory") {
    try {
      const deployed = deployedHosts(await readDeployment(folder, { secrets: Boolean(options.withSecrets) }));
      const found = deployed.find((each) => each.host.name === host);
      if (found) return { inventory: found, source: "state", held: [] };
      if (options.from === "state" || !hasInventory(folder.directory))
        throw unknownHost(
          host,
          deployed.map((each) => each.host.name),
        );
    } catch (error) {
      if (
        !(error instanceof UserError && error.code === "nothing-deployed") ||
        options.from === "state" ||
        !hasInventory(folder.directory)
      )
        throw error;
    }
  }
  if (options.withSecrets) {
    throw new UserError("secrets are only known once a stack was brought to its hosts", {
      code: "secrets-unknown",
      nextStep: "run `allmende up` first, or leave out --with-secrets",
    });
  }
  return { ...(await declaredInventory(folder, host)), source: "inventory" };
}

async function declaredInventory(
  folder: StackFolder,
  host: string,
): Promise<Pick<Kit, "held"> & { readonly inventory: HostInventory }> {
  const inventory = await loadInventoryFolder(folder.directory, { folder });
  const names = inventory.hosts.map((each) => each.name);
  if (!names.includes(host)) throw unknownHost(host, names);
  return { inventory: inventoryOfHost(inventory, host), held: inventory.held };
}

function unknownHost(host: string, known: readonly string[]): UserError {
  return new UserError(`there is no host ${host}`, {
    code: "unknown-host",
    concerns: host,
    nextStep: `name one of: ${known.join(", ")}`,
  });
}

function writeEntry(out: string, entry: FileEntry): void {
  const path = join(out, entry.path);
  makeOutFolder(dirname(path));
  // Whoever runs this owns the files here; what they are on a host stands in OWNERS.tsv.
  writeFileSync(path, entry.content, { mode: entry.secret ? 0o600 : entry.mode & 0o755 });
}

/** One line per file: mode, owner, group, path, as `install -m MODE -o OWNER -g GROUP` takes them. */
function renderOwners(entries: readonly FileEntry[]): string {
  const lines = entries.map((entry) =>
    [entry.mode.toString(8).padStart(4, "0"), entry.owner, entry.group, entry.path].join("\t"),
  );
  return `mode\towner\tgroup\tpath\n${lines.join("\n")}\n`;
}
