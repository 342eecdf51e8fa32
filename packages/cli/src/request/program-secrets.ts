import { isRequestFile } from "@allmende/requests";
import type { StackFolder } from "../stack/folder.js";
import { hasInventory } from "../stack/inventory-folder.js";
import { readKnownSecrets } from "./made-secrets.js";
import { loadRequested, readAccepted } from "./requested.js";
import { settleRequested } from "./settled.js";

/**
 * By name, what templates made and the stack's state has, for a program that would not find it in this checkout's configuration. Undefined: nothing
 * was requested, or the inventory has mistakes, which are the program's to say.
 */
export async function readSecretsForProgram(folder: StackFolder): Promise<ReadonlyMap<string, string> | undefined> {
  if (!hasInventory(folder.directory)) return undefined;
  const inventory = await loadAccepted(folder);
  return inventory === undefined ? undefined : await readKnownSecrets(folder, inventory);
}

async function loadAccepted(folder: StackFolder) {
  try {
    const accepted = readAccepted(folder.directory);
    if (![...accepted.files.keys()].some(isRequestFile)) return undefined;
    return loadRequested(await settleRequested(accepted, { folder }), Date.now());
  } catch {
    return undefined;
  }
}
