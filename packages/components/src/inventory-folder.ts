import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { decodeText } from "@allmende/model";
import { RunError } from "@pulumi/pulumi";

/**
 * The YAML files and calendars of an inventory folder: path relative to it (`hosts.yaml`, `members/anna.yaml`,
 * `blackouts/holidays.ics`) to text.
 */
export function readInventoryFolder(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) {
    throw new RunError(
      `There is no inventory folder ${folder}.\nMake it, with hosts.yaml, members/ and services/ in it.`,
    );
  }
  const paths = ["", "members/", "services/", "requests/", "blackouts/"].flatMap((directory) =>
    listFiles(folder, directory),
  );
  return new Map(paths.map((path) => [path, readText(join(folder, path))]));
}

/** YAML files and calendars of one folder, and of folders below it: they would be overlooked, which is then said. */
function listFiles(inventory: string, folder: string): string[] {
  const path = resolve(inventory, folder);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) throw new RunError(`${path} is a file, where a folder belongs.`);
  return readdirSync(path)
    .sort()
    .flatMap((name) => {
      if (/\.(ya?ml|ics)$/i.test(name)) return [`${folder}${name}`];
      const isBelow = folder !== "" && statSync(join(path, name)).isDirectory();
      return isBelow ? listFiles(inventory, `${folder}${name}/`) : [];
    });
}

function readText(path: string): string {
  if (statSync(path).isDirectory()) throw new RunError(`${path} is a folder, where a file belongs.`);
  const text = decodeText(readFileSync(path));
  if (text === undefined) throw new RunError(`${path} is not UTF-8.\nSave it as UTF-8.`);
  return text;
}
