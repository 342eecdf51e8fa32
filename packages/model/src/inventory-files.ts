import type { Finding } from "./finding.js";
import { memberNameProblem, serviceNameProblem } from "./names.js";
import { didYouMean } from "./suggestion.js";

export type InventoryFile =
  | { readonly kind: SingleKind; readonly file: string; readonly text: string }
  | { readonly kind: "member" | "service"; readonly file: string; readonly name: string; readonly text: string };

type SingleKind = "hosts" | "windows" | "mail" | "tariff" | "work";

const hostsFile = "hosts.yaml";
/** Files of which an inventory has one. */
const singles: ReadonlyMap<string, SingleKind> = new Map([
  [hostsFile, "hosts"],
  ["windows.yaml", "windows"],
  ["mail.yaml", "mail"],
  ["tariff.yaml", "tariff"],
  ["work.yaml", "work"],
]);

/** Which file is what, in the order of their names; files that are no YAML (a README, a calendar) are left alone. */
export function sortInventoryFiles(files: ReadonlyMap<string, string>): {
  readonly known: InventoryFile[];
  readonly findings: Finding[];
} {
  const known: InventoryFile[] = [];
  const findings: Finding[] = [];
  const refuse = (file: string, message: string) => findings.push({ path: [], message, file, line: 1, column: 1 });
  if (!files.has(hostsFile)) refuse(hostsFile, "is missing: an inventory has a file hosts.yaml with its hosts");
  for (const [file, text] of [...files].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const single = singles.get(file);
    if (single !== undefined) known.push({ kind: single, file, text });
    else if (hasOtherEnding(file)) refuse(file, otherEnding);
    else if (file.endsWith(".yaml")) {
      const [, folder, name = ""] = /^(members|services)\/([^/]+)\.yaml$/.exec(file) ?? [];
      if (folder === undefined) refuse(file, misplaced(file));
      else {
        const kind = folder === "members" ? "member" : "service";
        const problem = kind === "member" ? memberNameProblem(name) : serviceNameProblem(name);
        if (problem !== undefined) refuse(file, `the name of the file is the name of the ${kind}: ${problem}`);
        known.push({ kind, file, name, text });
      }
    }
  }
  return { known, findings };
}

/** What is wrong with YAML under another ending. */
export const otherEnding = 'would be overlooked: rename it to end in ".yaml"';

/** YAML by its ending, but not the one that is read: `.yml`, `.YAML`. */
export function hasOtherEnding(file: string): boolean {
  return /\.ya?ml$/i.test(file) && !file.endsWith(".yaml");
}

/**
 * Does a file lie in one of an inventory's folders although nothing reads it, such as `services/notes.txt`? Not meant are a README, what begins with
 * a dot, and what editors leave behind (`anna.yaml~`, `#anna.yaml#`).
 */
export function isOverlooked(file: string): boolean {
  const [, folder, name = ""] = /^(members|services|requests|blackouts)\/(?:.*\/)?([^/]+)$/.exec(file) ?? [];
  if (folder === undefined || /^[.#]|~$|^README(\.|$)/i.test(name)) return false;
  return !(folder === "blackouts" ? /\.(ya?ml|ics)$/i : /\.ya?ml$/i).test(name);
}

function misplaced(file: string): string {
  const [folder = ""] = file.split("/");
  const folders = ["members", "services"];
  const meant = file.includes("/") ? didYouMean(folder, folders) : didYouMean(file, [...singles.keys()]);
  // Deeper in one of the two folders it is not the name that is wrong.
  const hint = folders.includes(folder) ? "" : meant;
  const read = [...singles.keys(), "members/NAME.yaml"].join(", ");
  return `has no place in an inventory${hint}: ${read} and services/NAME.yaml are read`;
}
