import { existsSync } from "node:fs";
import { UserError } from "@allmende/model";
import { type Backend, findBackend, stackFile } from "./environment.js";
import { type StackFolder, stackNamesIn } from "./folder.js";

/** May the stack be made? It has no settings, but neither has any other; or it has. */
export function mayCreateStack({ directory, stack }: StackFolder): boolean {
  const names = stackNamesIn(directory);
  return names.length === 0 || names.includes(stack);
}

/**
 * Throws a UserError `unknown-stack` when the folder has other stacks and this one neither settings nor a state: a name
 * mistyped. Nothing is known here of stacks in backends that are not local.
 */
export function requireKnownStack(folder: StackFolder, backend: Backend = findBackend(folder)): void {
  const path = stackFile(folder, backend);
  if (path === undefined || existsSync(path) || mayCreateStack(folder)) return;
  throw new UserError(`this folder has no stack ${folder.stack}`, {
    code: "unknown-stack",
    concerns: folder.directory,
    nextStep: `name one of: ${stackNamesIn(folder.directory).join(", ")}; or make one more: pulumi stack init ${folder.stack}`,
  });
}
