import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeText, type Parsed } from "@allmende/model";
import { type Catalogue, type CatalogueFile, loadCatalogue } from "../template/catalogue.js";
import { loadRequestedInventory, type RequestedInventory } from "./inventory.js";
import { isRequestFile } from "./load-requests.js";

/** The catalogue that comes along. */
export const catalogueDirectory = fileURLToPath(new URL("../../../../templates/services", import.meta.url));

/** Templates of an inventory: those that come along, and the cooperative's own in its folder `templates`, which win by name. */
export function readCatalogue(inventoryDirectory: string): Catalogue {
  const own = readFolder(join(inventoryDirectory, "templates"));
  const folderOf = ({ path }: CatalogueFile) => path.split("/")[0];
  const replaced = new Set(own.map(folderOf));
  return loadCatalogue([...readFolder(catalogueDirectory).filter((file) => !replaced.has(folderOf(file))), ...own]);
}

/**
 * The files of an inventory in `directory`, with the services of the requests that are in effect at an instant; Infinity: of all. The catalogue is read
 * only where something was requested; a template with a mistake is missing there, which matters to those who use it alone.
 */
export function loadInventoryWithRequests(
  directory: string,
  files: ReadonlyMap<string, string>,
  nowMs: number,
): Parsed<RequestedInventory> {
  const templates = [...files.keys()].some(isRequestFile) ? readCatalogue(directory).templates : [];
  return loadRequestedInventory(files, { templates, nowMs });
}

/** What is no text is no part of a template. */
function readFolder(directory: string): CatalogueFile[] {
  if (!existsSync(directory)) return [];
  return listCatalogueFiles(directory).flatMap((path) => {
    const text = decodeText(readFileSync(join(directory, path)));
    return text === undefined ? [] : [{ path, text }];
  });
}

/** What a catalogue is made of, one folder deep, by path below it. Links are left alone: what they lead to is not the catalogue's. */
export function listCatalogueFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isFile()) return isText(entry.name) ? [entry.name] : [];
      if (!entry.isDirectory() || entry.name.startsWith(".")) return [];
      const inside = readdirSync(join(directory, entry.name), { withFileTypes: true });
      return inside.filter((file) => file.isFile() && isText(file.name)).map((file) => `${entry.name}/${file.name}`);
    });
}

function isText(name: string): boolean {
  return /\.(ya?ml|md)$/.test(name);
}
