import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type LoadedInventory, loadInventory, UserError } from "@allmende/model";
import { renderFinding } from "../output/findings.js";

/** Folders of an inventory and what is read there. The first may hold other things as well: it may be a stack's. */
const readFrom: readonly (readonly [folder: string, pattern: RegExp])[] = [
  [".", /^(hosts\.yaml|windows\.ya?ml|.*\.ics)$/],
  ["blackouts", /\.ics$/],
  ["members", /\.ya?ml$/],
  ["services", /\.ya?ml$/],
];

/**
 * The YAML files and calendars of an inventory as `loadInventory` takes them: path relative to the folder -> text.
 * `path` is the inventory itself or a stack folder that has one in ./inventory.
 */
export function readInventoryFolder(path: string): { directory: string; files: ReadonlyMap<string, string> } {
  const directory = findInventory(resolve(path));
  const files = new Map<string, string>();
  for (const [folder, pattern] of readFrom) {
    if (!existsSync(join(directory, folder))) continue;
    for (const name of readdirSync(join(directory, folder)).sort()) {
      const path = join(folder, name);
      if (pattern.test(name)) files.set(path, readFileSync(join(directory, path), "utf8"));
    }
  }
  return { directory, files };
}

/** The inventory at `path`, as `readInventoryFolder` finds it. UserError `bad-inventory` with all findings. */
export function loadInventoryFolder(path: string): LoadedInventory {
  const { directory, files } = readInventoryFolder(path);
  const loaded = loadInventory(files);
  if (loaded.ok) return loaded.value;
  const lines = loaded.findings.map(({ file, ...finding }) =>
    renderFinding({ ...finding, file: file === undefined ? undefined : join(directory, file) }),
  );
  const count = lines.length === 1 ? "one finding" : `${lines.length} findings`;
  throw new UserError(`the inventory has ${count}:\n  ${lines.join("\n  ")}`, {
    code: "bad-inventory",
    concerns: path,
    nextStep: "correct the files: `allmende check` shows this as well",
  });
}

/** Whether the folder holds an inventory, itself or in ./inventory. */
export function hasInventory(path: string): boolean {
  return [path, join(path, "inventory")].some(isInventory);
}

function findInventory(path: string): string {
  const found = [path, join(path, "inventory")].find(isInventory);
  if (found === undefined) {
    throw new UserError(`there is no inventory in ${path}`, {
      code: "no-inventory",
      concerns: path,
      nextStep: "give a folder with hosts.yaml, members/ and services/, or a stack folder with an inventory/ in it",
    });
  }
  return found;
}

function isInventory(path: string): boolean {
  return (
    ["hosts.yaml", "members", "services"].some((name) => existsSync(join(path, name))) && statSync(path).isDirectory()
  );
}
