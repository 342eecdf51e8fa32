import { closedObject, type Finding, labelPattern, parseYamlFile } from "@allmende/model";
import * as z from "zod";
import { checkTemplate } from "./check-template.js";
import { type CatalogueSettings, parseTemplate } from "./parse-template.js";
import type { Template } from "./template.js";

/** A file of the catalogue. */
export interface CatalogueFile {
  /** Below the catalogue's folder: `postgresql/template.yaml`. */
  readonly path: string;
  readonly text: string;
}

export interface Catalogue {
  /** By name, without those that are wrong. */
  readonly templates: readonly Template[];
  /** Files are named as in `files`. */
  readonly findings: readonly Finding[];
}

const settingsFile = "catalogue.yaml";

/** `catalogue.yaml`. */
const catalogueFileSchema = closedObject({
  registries: z
    .array(z.string())
    .min(1, { error: () => "must name a registry" })
    .meta({
      title: "Registries",
      description: "Registries from which members' images may come",
      examples: [["docker.io", "ghcr.io/coop"]],
    }),
}).meta({
  title: "Catalogue of templates",
  description: "catalogue.yaml: what the cooperative says for all templates",
});

/** All templates of a catalogue: a folder for each, and `catalogue.yaml` for all. */
export function loadCatalogue(files: readonly CatalogueFile[]): Catalogue {
  const settings = loadSettings(files);
  // Without it, every template with an image would be wrong as well.
  if (settings.findings.length > 0) return { templates: [], findings: settings.findings };
  const folders = new Map<string, CatalogueFile[]>();
  for (const file of files.filter(({ path }) => path.includes("/"))) {
    const name = file.path.slice(0, file.path.indexOf("/"));
    folders.set(name, [...(folders.get(name) ?? []), file]);
  }
  const loaded = [...folders]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, inFolder]) => loadFolder(name, inFolder, settings.value));
  return {
    templates: loaded.flatMap(({ template }) => (template === undefined ? [] : [template])),
    findings: [...misplaced(files), ...loaded.flatMap(({ findings }) => findings)],
  };
}

function loadSettings(files: readonly CatalogueFile[]): { value: CatalogueSettings; findings: readonly Finding[] } {
  const file = files.find(({ path }) => path === settingsFile);
  if (file === undefined) return { value: { registries: [] }, findings: [] };
  const { value, findings } = parseYamlFile(catalogueFileSchema, file.path, file.text);
  return { value: value ?? { registries: [] }, findings };
}

function misplaced(files: readonly CatalogueFile[]): Finding[] {
  return files
    .filter(({ path }) => /^[^/]+\.ya?ml$/.test(path) && path !== settingsFile)
    .map(({ path }) => at(path, `would be overlooked: a template is a folder with template.yaml in it`));
}

function loadFolder(
  name: string,
  files: readonly CatalogueFile[],
  settings: CatalogueSettings,
): { template?: Template; findings: readonly Finding[] } {
  const path = `${name}/template.yaml`;
  if (!new RegExp(labelPattern).test(name))
    return { findings: [at(path, "the folder's name names the template: lower-case letters, digits and hyphens")] };
  const file = files.find((each) => each.path === path);
  if (file === undefined)
    return { findings: [at(path, "is missing: a template is a folder with template.yaml in it")] };
  const parsed = parseTemplate(file.text, path, settings);
  if (!parsed.ok) return { findings: parsed.findings };
  const findings = checkTemplate(parsed.value, files);
  return findings.length === 0 ? { template: parsed.value, findings } : { findings };
}

function at(file: string, message: string): Finding {
  return { path: [], message, file, line: 1, column: 1 };
}
