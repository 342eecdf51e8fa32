import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { decodeText, isOverlooked, UserError } from "@allmende/model";

/**
 * The YAML files and calendars of an inventory as `loadRequestedInventory` takes them: path relative to the folder -> text. Also those that lie where
 * they would be overlooked. `path` is the inventory itself or a stack folder that has one in ./inventory.
 */
export function readInventoryFolder(path: string): { directory: string; files: ReadonlyMap<string, string> } {
  const directory = findInventory(resolve(path));
  const paths = ["", ...folders].flatMap((folder) => listFiles(directory, folder));
  return { directory, files: new Map(paths.map((file) => [file, readText(join(directory, file))])) };
}

/** Files in an inventory's folders that nothing reads, such as `services/notes.txt`. */
export function listOverlooked(directory: string): string[] {
  return folders
    .map((folder) => resolve(directory, folder))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter(isOverlooked)
    .sort();
}

const folders = ["members/", "services/", "requests/", "blackouts/"];

/** Whether the folder holds an inventory, itself or in ./inventory. */
export function hasInventory(path: string): boolean {
  return [path, join(path, "inventory")].some(isInventory);
}

/** Paths of YAML files and calendars in one folder of an inventory, and in folders below it: they would be overlooked. */
function listFiles(directory: string, folder: string): string[] {
  // Without its last slash, with which a file in its place would count as not there.
  const path = resolve(directory, folder);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) throw wrongKind(path, "a file, where a folder belongs");
  return readdirSync(path)
    .sort()
    .flatMap((name) => {
      // An inventory may be a stack's folder itself.
      if (/\.(ya?ml|ics)$/i.test(name)) return folder === "" && /^Pulumi\./.test(name) ? [] : [`${folder}${name}`];
      const isBelow = folder !== "" && statSync(join(path, name)).isDirectory();
      return isBelow ? listFiles(directory, `${folder}${name}/`) : [];
    });
}

function readText(path: string): string {
  if (statSync(path).isDirectory()) throw wrongKind(path, "a folder, where a file belongs");
  const text = decodeText(readFileSync(path));
  if (text !== undefined) return text;
  throw new UserError(`${path} is not UTF-8`, {
    code: "bad-inventory",
    concerns: path,
    nextStep: "save it as UTF-8: what other encodings mean is guesswork",
  });
}

function wrongKind(path: string, what: string): UserError {
  return new UserError(`${path} is ${what}`, {
    code: "bad-inventory",
    concerns: path,
    nextStep:
      "an inventory is the file hosts.yaml, and the folders members/ and services/ with one file for each thing",
  });
}

/** The inventory's folder, at a path or in ./inventory there. UserError `no-inventory`. */
export function findInventory(path: string): string {
  const found = [path, join(path, "inventory")].find(isInventory);
  if (found !== undefined) return found;
  const what = existsSync(path)
    ? statSync(path).isDirectory()
      ? `there is no inventory in ${path}`
      : `${path} is a file, where a folder belongs`
    : `there is no folder ${path}`;
  throw new UserError(what, {
    code: "no-inventory",
    concerns: path,
    nextStep: "give a folder with hosts.yaml, members/ and services/, or a stack folder with an inventory/ in it",
  });
}

function isInventory(path: string): boolean {
  return (
    ["hosts.yaml", "hosts.yml", "members", "services"].some((name) => existsSync(join(path, name))) &&
    statSync(path).isDirectory()
  );
}
