import { readFileSync } from "node:fs";
import { loaderCommand } from "@allmende/host";

/** In this order: patch.sh acts in its last line, the others only define what it uses. */
const files = ["patch-packages.sh", "patch-proof.sh", "patch.sh"] as const;

let text: string | undefined;

/** The fixed program that runs on a host, one text made of the files of packages/patching/scripts. */
function readPatchScript(): string {
  text ??= files.map((name) => readFileSync(new URL(`../scripts/${name}`, import.meta.url), "utf8")).join("");
  return text;
}

/** The command that loads the script, and what goes to its standard input: the script, then the order. */
export function loadPatchScript(mode: "run" | "plan" | "status", order = ""): { command: string; stdin: Buffer } {
  const script = readPatchScript();
  return { command: loaderCommand(script, mode), stdin: Buffer.from(script + order) };
}
