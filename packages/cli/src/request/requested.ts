import { type Language, UserError } from "@allmende/model";
import {
  isRequestFile,
  loadRequestedInventory,
  type RequestedInventory,
  readCatalogue,
  requestTexts,
} from "@allmende/requests";
import { placeFindings, renderFinding } from "../output/findings.js";
import { readInventoryFolder } from "../stack/inventory-folder.js";

/** An inventory on disk with its catalogue. */
export interface Requested {
  readonly directory: string;
  readonly files: ReadonlyMap<string, string>;
  readonly templates: ReturnType<typeof readCatalogue>["templates"];
}

/** The inventory of a folder, or of a stack's folder. Templates with mistakes are missing; `allmende template check` says which. */
export function readRequested(path: string): Requested {
  const { directory, files } = readInventoryFolder(path);
  return { directory, files, templates: readCatalogue(directory).templates };
}

/** As readRequested, for what makes no request: the catalogue costs time, and only requests that are there need it. */
export function readAccepted(path: string): Requested {
  const { directory, files } = readInventoryFolder(path);
  return {
    directory,
    files,
    templates: [...files.keys()].some(isRequestFile) ? readCatalogue(directory).templates : [],
  };
}

/** With what is in effect at an instant. UserError `bad-inventory` with all findings. */
export function loadRequested(
  { directory, files, templates }: Requested,
  nowMs: number,
  language: Language = "en",
): RequestedInventory {
  const loaded = loadRequestedInventory(files, { templates, nowMs, texts: requestTexts[language] });
  if (loaded.ok) return loaded.value;
  const lines = placeFindings(directory, loaded.findings).map((finding) => renderFinding(finding));
  throw new UserError(["the inventory has mistakes:", ...lines].join("\n  "), {
    code: "bad-inventory",
    concerns: directory,
    nextStep: "correct the files: `allmende check` shows this as well",
  });
}
