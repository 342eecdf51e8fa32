import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { madeSecretsKey } from "@allmende/requests";
import type * as sdk from "@pulumi/pulumi";
import type * as automation from "@pulumi/pulumi/automation/index.js";
import type { StackFolder } from "./folder.js";

export type Automation = typeof automation;

/**
 * The Automation API of the very copy of @pulumi/pulumi that the program's resources use: the copy that
 * @allmende/components has as seen from the program, else the program's own, else ours.
 * Another copy would register resources with nobody.
 */
export async function loadAutomation(folder: StackFolder): Promise<Automation> {
  return (
    (await loadFromProgram<Automation>(folder, "automation/index.js")) ??
    (await import("@pulumi/pulumi/automation/index.js"))
  );
}

async function loadFromProgram<Module>(folder: StackFolder, path: string): Promise<Module | undefined> {
  const fromProgram = createRequire(folder.program);
  const origins = [
    () => createRequire(fromProgram.resolve("@allmende/components")),
    () => fromProgram,
    () => createRequire(import.meta.url),
  ];
  for (const origin of origins) {
    const found = tryResolve(origin, `@pulumi/pulumi/${path}`);
    if (found) return toNamespace<Module>(await import(pathToFileURL(found).href));
  }
  return undefined;
}

function tryResolve(origin: () => NodeJS.Require, specifier: string): string | undefined {
  try {
    return origin().resolve(specifier);
  } catch {
    return undefined;
  }
}

/** A CommonJS module's exports are not all seen by Node's static analysis: `default` has them. */
function toNamespace<Module>(module: Module & { default?: Module }): Module {
  return module.default ?? module;
}

let typeScriptReady = false;
let runs = 0;

export interface ProgramOptions {
  /** Hears what the program threw. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** By name, what templates made and the stack's state keeps. */
  readonly madeSecrets?: ReadonlyMap<string, string> | undefined;
}

/**
 * The program as a function for the Automation API: imports the file afresh (TypeScript included); a default export
 * that is a function is called, everything else that it exports becomes the stack's outputs.
 */
export function programOf(
  folder: StackFolder,
  { onError, madeSecrets }: ProgramOptions = {},
): () => Promise<Record<string, unknown>> {
  return async () => {
    try {
      if (madeSecrets !== undefined) await tellProgram(folder, madeSecrets);
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

/**
 * Puts what templates made into the configuration that the program sees in this process: it stays in memory, and what the file of the configuration
 * has counts more (`Commons`). Runs inside a program's own context.
 */
async function tellProgram(folder: StackFolder, madeSecrets: ReadonlyMap<string, string>): Promise<void> {
  const { runtime } = (await loadFromProgram<typeof sdk>(folder, "index.js")) ?? (await import("@pulumi/pulumi"));
  runtime.setConfig(madeSecretsKey, JSON.stringify(Object.fromEntries(madeSecrets)));
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
