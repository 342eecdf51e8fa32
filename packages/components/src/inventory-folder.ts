import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
  const paths = ["", "members", "services", "blackouts"].flatMap((directory) =>
    listFiles(join(folder, directory)).map((name) => (directory === "" ? name : `${directory}/${name}`)),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

function listFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && /\.(ya?ml|ics)$/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}
