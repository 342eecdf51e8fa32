import type { Finding } from "@allmende/model";
import type { CatalogueFile } from "./catalogue.js";
import type { Template } from "./template.js";

/** What is wrong with a template's folder besides `template.yaml` itself. `files`: those of the folder, paths below it. */
export function checkTemplate(_template: Template, _files: readonly CatalogueFile[]): Finding[] {
  throw new Error("not made yet");
}
