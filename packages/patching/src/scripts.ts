import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loaderCommand, readScript } from "@allmende/host";
import { HostError } from "@allmende/model";

/** In this order: patch.sh acts in its last line, the others only define what it uses. */
const files = [
  "patch-packages.sh",
  "patch-held.sh",
  "patch-kernel.sh",
  "patch-units.sh",
  "patch-judge.sh",
  "patch-proof.sh",
  "patch.sh",
] as const;

let text: string | undefined;

/** The fixed program that runs on a host, one text made of the host package's members.sh and the files of packages/patching/scripts. */
function readPatchScript(): string {
  text ??= readScript("members.sh") + readScripts(files);
  return text;
}

/** The command that loads the script, and what goes to its standard input: the script, then the order. */
export function loadPatchScript(
  mode: "run" | "plan" | "status" | "release",
  order = "",
): { command: string; stdin: Buffer } {
  const script = readPatchScript();
  return { command: loaderCommand(script, mode), stdin: Buffer.from(script + order) };
}

/** The command that loads the program which lists a host's packages, and what goes to its standard input. */
export function loadInventoryScript(): { command: string; stdin: Buffer } {
  const script = readScripts(["patch-packages.sh", "inventory.sh"]);
  return { command: loaderCommand(script), stdin: Buffer.from(script) };
}

function readScripts(names: readonly string[]): string {
  return names.map((name) => readFileSync(findScript(name), "utf8")).join("");
}

/** Beside src/ and dist/ as a package; in `scripts` beside the program, as a bundle. Throws `scripts-missing`. */
function findScript(name: string): string {
  const here = import.meta.dirname ?? dirname(process.argv[1] ?? ".");
  const candidates = [join(here, "../scripts", name), join(here, "scripts", name)];
  const found = candidates.find(existsSync);
  if (found !== undefined) return found;
  throw new HostError(`The script ${name} was found nowhere: ${candidates.join(", ")}.`, {
    code: "scripts-missing",
    concerns: name,
    nextStep: "Reinstall Allmende.",
  });
}
