import { type LoadedInventory, loadInventory, renderFinding, UserError } from "@allmende/model";
import type { StackFolder } from "./folder.js";
import { hasInventory, readInventoryFolder } from "./inventory-folder.js";

/** The inventory of a stack; undefined when it has none. Throws UserError `bad-inventory`. */
export function readStackInventory(folder: StackFolder): LoadedInventory | undefined {
  if (!hasInventory(folder.directory)) return undefined;
  const { directory, files } = readInventoryFolder(folder.directory);
  const loaded = loadInventory(files);
  if (loaded.ok) return loaded.value;
  throw new UserError(`the inventory has errors:\n${loaded.findings.map(renderFinding).join("\n")}`, {
    code: "bad-inventory",
    concerns: directory,
    nextStep: "correct them: allmende check shows the same",
  });
}
