import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeText } from "@allmende/model";
import { type Catalogue, type CatalogueFile, loadCatalogue } from "../template/catalogue.js";

/** The catalogue that comes along. */
const shipped = fileURLToPath(new URL("../../../../templates/services", import.meta.url));

/** Templates of an inventory: those that come along, and the cooperative's own in its folder `templates`, which win by name. */
export function readCatalogue(inventoryDirectory: string): Catalogue {
  const own = readFolder(join(inventoryDirectory, "templates"));
  const folderOf = ({ path }: CatalogueFile) => path.split("/")[0];
  const replaced = new Set(own.map(folderOf));
  return loadCatalogue([...readFolder(shipped).filter((file) => !replaced.has(folderOf(file))), ...own]);
}

/** Its files and those of its folders. What is no text is no part of a template. */
function readFolder(directory: string): CatalogueFile[] {
  if (!existsSync(directory)) return [];
  const read = (path: string): CatalogueFile[] => {
    const text = decodeText(readFileSync(join(directory, path)));
    return text === undefined ? [] : [{ path, text }];
  };
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return read(entry.name);
    if (!entry.isDirectory()) return [];
    const inside = readdirSync(join(directory, entry.name), { withFileTypes: true });
    return inside.filter((each) => each.isFile()).flatMap(({ name }) => read(`${entry.name}/${name}`));
  });
}
