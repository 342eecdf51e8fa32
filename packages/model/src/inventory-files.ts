import type { Finding } from "./finding.js";
import { memberNameProblem, serviceNameProblem } from "./names.js";
import { didYouMean } from "./suggestion.js";

export type InventoryFile =
  | { readonly kind: "hosts" | "windows" | "mail"; readonly file: string; readonly text: string }
  | { readonly kind: "member" | "service"; readonly file: string; readonly name: string; readonly text: string };

const hostsFile = "hosts.yaml";
const windowsFile = "windows.yaml";
const mailFile = "mail.yaml";

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
    if (file === hostsFile) known.push({ kind: "hosts", file, text });
    else if (file === windowsFile) known.push({ kind: "windows", file, text });
    else if (file === mailFile) known.push({ kind: "mail", file, text });
    else if (/\.yml$/i.test(file)) refuse(file, `would be overlooked: rename it to end in ".yaml"`);
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

function misplaced(file: string): string {
  const [folder = ""] = file.split("/");
  const folders = ["members", "services"];
  const meant = file.includes("/") ? didYouMean(folder, folders) : didYouMean(file, [hostsFile, windowsFile, mailFile]);
  // Deeper in one of the two folders it is not the name that is wrong.
  const hint = folders.includes(folder) ? "" : meant;
  return `has no place in an inventory${hint}: hosts.yaml, windows.yaml, mail.yaml, members/NAME.yaml and services/NAME.yaml are read`;
}
