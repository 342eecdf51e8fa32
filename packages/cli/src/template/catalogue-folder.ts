import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { decodeText, type Finding, UserError } from "@allmende/model";
import { listCatalogueFiles, loadCatalogue, type Template } from "@allmende/requests";
import { placeFindings, renderFinding } from "../output/findings.js";
import { checkUnits } from "./check-units.js";

export interface CatalogueFolder {
  readonly directory: string;
  readonly templates: readonly Template[];
  /** With the files' whole paths. */
  readonly findings: readonly Finding[];
}

/** All templates below a folder, or the one whose folder it is; files that are not UTF-8 are findings. Throws UserError `no-catalogue`. */
export function readCatalogueFolder(path: string): CatalogueFolder {
  const given = resolve(path);
  if (!existsSync(given) || !statSync(given).isDirectory()) throw noCatalogue(path, "there is no folder");
  const isTemplate = existsSync(join(given, "template.yaml"));
  const directory = isTemplate ? dirname(given) : given;
  const wanted = isTemplate ? `${basename(given)}/` : "";
  const bad: Finding[] = [];
  const files = listCatalogueFiles(directory).flatMap((file) => {
    const text = decodeText(readFileSync(join(directory, file)));
    if (text !== undefined) return [{ path: file, text }];
    bad.push({ path: [], message: "is not UTF-8: save it as UTF-8", file, line: 1, column: 1 });
    return [];
  });
  const { templates, findings } = loadCatalogue(
    files.filter(({ path: file }) => isSetting(file) || file.startsWith(wanted)),
  );
  const textOf = ({ name }: Template) => files.find(({ path: file }) => file === `${name}/template.yaml`)?.text ?? "";
  const all = [...bad, ...findings, ...templates.flatMap((template) => checkUnits(template, textOf(template)))];
  const relevant = all.filter(({ file = "" }) => isSetting(file) || file.startsWith(wanted));
  if (templates.length === 0 && relevant.length === 0) throw noCatalogue(path, "there is no template in");
  return { directory, templates, findings: placeFindings(directory, relevant) };
}

/** The templates of a catalogue that must be in order. Throws UserError `bad-catalogue` with all findings. */
export function loadCatalogueFolder(path: string): readonly Template[] {
  const { templates, findings } = readCatalogueFolder(path);
  if (findings.length === 0) return templates;
  throw new UserError(
    ["something is wrong with the templates:", ...findings.map((each) => renderFinding(each))].join("\n  "),
    {
      code: "bad-catalogue",
      concerns: path,
      nextStep: "correct the files: `allmende template check` shows this as well",
    },
  );
}

function isSetting(file: string): boolean {
  return file === "catalogue.yaml";
}

function noCatalogue(path: string, what: string): UserError {
  return new UserError(`${what} ${path}`, {
    code: "no-catalogue",
    concerns: path,
    nextStep: "give a folder with a folder for each template, such as templates/services, or one template's folder",
  });
}
