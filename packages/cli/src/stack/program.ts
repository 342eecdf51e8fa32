import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type * as automation from "@pulumi/pulumi/automation/index.js";
import type { StackFolder } from "./folder.js";

export type Automation = typeof automation;

/**
 * The Automation API of the very copy of @pulumi/pulumi that the program's resources use: the copy that
 * @allmende/components has as seen from the program, else the program's own, else ours.
 * Another copy would register resources with nobody.
 */
export async function loadAutomation(folder: StackFolder): Promise<Automation> {
  const fromProgram = createRequire(folder.program);
  const origins = [
    () => createRequire(fromProgram.resolve("@allmende/components")),
    () => fromProgram,
    () => createRequire(import.meta.url),
  ];
  for (const origin of origins) {
    const path = tryResolve(origin, "@pulumi/pulumi/automation/index.js");
    if (path) return toNamespace(await import(pathToFileURL(path).href));
  }
  return await import("@pulumi/pulumi/automation/index.js");
}

function tryResolve(origin: () => NodeJS.Require, specifier: string): string | undefined {
  try {
    return origin().resolve(specifier);
  } catch {
    return undefined;
  }
}

/** A CommonJS module's exports are not all seen by Node's static analysis: `default` has them. */
function toNamespace(module: Automation & { default?: Automation }): Automation {
  return module.default ?? module;
}

let typeScriptReady = false;
let runs = 0;

/**
 * The program as a function for the Automation API: imports the file afresh (TypeScript included); a default export
 * that is a function is called, everything else that it exports becomes the stack's outputs.
 */
export function programOf(
  folder: StackFolder,
  onError?: (error: unknown) => void,
): () => Promise<Record<string, unknown>> {
  return async () => {
    try {
      return await runProgram(folder);
    } catch (error) {
      // The engine only passes on a text; what the program threw knows more: where, and what to do next.
      onError?.(error);
      // A mistake in the user's input is shown by the engine as it is, without a stack trace, when it has this mark.
      if (error instanceof Error && error.name === "UserError") throw Object.assign(error, { __pulumiRunError: true });
      throw error;
    }
  };
}

async function runProgram(folder: StackFolder): Promise<Record<string, unknown>> {
  if (!typeScriptReady && /\.m?ts$/.test(folder.program)) {
    const { register } = await import("tsx/esm/api");
    register();
    typeScriptReady = true;
  }
  runs += 1;
  // Modules are cached by URL: without a number of its own, a second run in one process would declare nothing.
  const module = await import(`${pathToFileURL(folder.program).href}?run=${runs}`);
  const exported = "default" in module ? module.default : { ...module };
  return await (typeof exported === "function" ? exported() : exported);
}
