import { spawnSync } from "node:child_process";
import { loadPatchScript } from "../scripts.js";

/** Runs functions of the scripts as a host would, with `input`; gives back what was printed. Throws when anything was said to standard error. */
export function callScript(program: string, input = ""): string {
  const text = loadPatchScript("run")
    .stdin.toString()
    .replace(/^main "\$\{1-\}"$/m, "");
  const result = spawnSync("sh", ["-c", `${text}\n${program}`], { input, encoding: "utf8" });
  if (result.stderr !== "") throw new Error(result.stderr);
  return result.stdout;
}
