import { fileURLToPath } from "node:url";
import { loadInventory, type PatchWindowInput } from "@allmende/model";
import { inventoryError } from "./inventory-error.js";
import { readInventoryFolder } from "./inventory-folder.js";
import { mailOfInventory, type PatchMailArgs } from "./patch-mail.js";
import type { PatchHost } from "./patch-run.js";

/** What patch windows need of an inventory. */
export interface PatchInventory {
  readonly folder: string;
  readonly windows: readonly PatchWindowInput[];
  readonly hosts: readonly PatchHost[];
  /** Texts of its calendars, by path. */
  readonly calendars: Readonly<Record<string, string>>;
  /** Undefined: nobody is told. */
  readonly mail: PatchMailArgs | undefined;
}

/** Reads an inventory folder for its windows; services' secrets are nobody's business here. Throws RunError with everything that is wrong. */
export function loadPatchInventory(inventory: string | URL): PatchInventory {
  const folder = inventory instanceof URL ? fileURLToPath(inventory) : inventory;
  const files = readInventoryFolder(folder);
  // Windows and hosts do not depend on what members request.
  const loaded = loadInventory(new Map([...files].filter(([path]) => !path.startsWith("requests/"))));
  if (!loaded.ok) throw inventoryError(folder, loaded.findings);
  const { windows, mail } = loaded.value.inputs;
  // What a host does about updates by itself is no part of a run, and no reason for a difference in it.
  const hosts = loaded.value.inputs.hosts.map(({ patching: _, ...host }) => host);
  const calendars = Object.fromEntries([...files].filter(([path]) => path.endsWith(".ics")));
  const told = mail === undefined ? undefined : mailOfInventory(folder, mail);
  return { folder, windows, hosts: hosts as readonly PatchHost[], calendars, mail: told };
}
