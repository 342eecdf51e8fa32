import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HostError } from "@allmende/model";

/** The fixed programs that run on a host, as they lie in packages/host/scripts. */
const names = [
  "apply.sh",
  "members.sh",
  "services.sh",
  "inspect.sh",
  "check-plan.awk",
  "compare.awk",
  "derive.awk",
  "taken.awk",
  "overrides.awk",
  "survey.sh",
  "patch-expected.sh",
  "unit-failures.sh",
  "unit-failures.awk",
] as const;
export type ScriptName = (typeof names)[number];

const alone: readonly ScriptName[] = [
  "apply.sh",
  "survey.sh",
  "patch-expected.sh",
  "unit-failures.sh",
  "unit-failures.awk",
];

/** What travels with apply.sh, which uses it; what stays on a host is among the host's files. */
export const helperScripts: readonly ScriptName[] = names.filter((name) => !alone.includes(name));

let directory: string | undefined;
const texts = new Map<ScriptName, string>();

/** For bundles: where the scripts were copied to. Without it they are looked for beside this package and this program. */
export function setScriptDirectory(path: string): void {
  directory = path;
  texts.clear();
}

/** One script's text, read once per process. Throws `scripts-missing`. */
export function readScript(name: ScriptName): string {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const candidates = directory === undefined ? defaultDirectories() : [directory];
  for (const candidate of candidates) {
    try {
      const text = readFileSync(join(candidate, name), "utf8");
      texts.set(name, text);
      return text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new HostError(`The script ${name} was found nowhere: ${candidates.join(", ")}.`, {
    code: "scripts-missing",
    concerns: name,
    nextStep: "Reinstall Allmende, or call setScriptDirectory.",
  });
}

/** Beside src/ and dist/ as a package; beside the program, or in `scripts/` there, as a bundle. */
function defaultDirectories(): string[] {
  const here = import.meta.dirname ?? dirname(process.argv[1] ?? ".");
  return [join(here, "../scripts"), join(here, "scripts"), here];
}
