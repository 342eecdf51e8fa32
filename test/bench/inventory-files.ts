import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An inventory folder's files by their path below it, as model's `loadInventory` takes them. */
export function readInventoryFiles(directory: string): ReadonlyMap<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
  return new Map(names.map((name) => [name, readFileSync(join(directory, name), "utf8")]));
}
