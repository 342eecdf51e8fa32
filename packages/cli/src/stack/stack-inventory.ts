import type { RequestedInventory } from "@allmende/requests";
import type { StackFolder } from "./folder.js";
import { hasInventory, loadInventoryFolder } from "./inventory-folder.js";

/** The inventory of a stack; undefined when it has none. Throws UserError `bad-inventory`. */
export function readStackInventory(folder: StackFolder): RequestedInventory | undefined {
  return hasInventory(folder.directory) ? loadInventoryFolder(folder.directory) : undefined;
}
