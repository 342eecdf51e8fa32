import { readFileSync } from "node:fs";
import { loaderCommand } from "@allmende/host";

/** In this order: patch.sh acts in its last line, the others only define what it uses. */
const files = ["patch-packages.sh", "patch-kernel.sh", "patch-proof.sh", "patch.sh"] as const;

let text: string | undefined;

/** The fixed program that runs on a host, one text made of the files of packages/patching/scripts. */
function readPatchScript(): string {
  text ??= readScripts(files);
  return text;
}

/** The command that loads the script, and what goes to its standard input: the script, then the order. */
export function loadPatchScript(mode: "run" | "plan" | "status", order = ""): { command: string; stdin: Buffer } {
  const script = readPatchScript();
  return { command: loaderCommand(script, mode), stdin: Buffer.from(script + order) };
}

/** The command that loads the program which lists a host's packages, and what goes to its standard input. */
export function loadInventoryScript(): { command: string; stdin: Buffer } {
  const script = readScripts(["patch-packages.sh", "inventory.sh"]);
  return { command: loaderCommand(script), stdin: Buffer.from(script) };
}

function readScripts(names: readonly string[]): string {
  return names.map((name) => readFileSync(new URL(`../scripts/${name}`, import.meta.url), "utf8")).join("");
}
