import type { Finding } from "@allmende/model";
import type { Template } from "./template.js";

/** A file of the catalogue. */
export interface CatalogueFile {
  /** Below the catalogue's folder: `postgresql/template.yaml`. */
  readonly path: string;
  readonly text: string;
}

/** All templates of a catalogue, by name, without those that are wrong; and what is wrong. */
export function loadCatalogue(_files: readonly CatalogueFile[]): {
  readonly templates: readonly Template[];
  readonly findings: readonly Finding[];
} {
  throw new Error("not made yet");
}
