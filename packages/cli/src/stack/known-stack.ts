import { existsSync } from "node:fs";
import { UserError } from "@allmende/model";
import { readConfiguration } from "./configuration.js";
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

/**
 * Throws a UserError `no-settings` when Pulumi.yaml asks for configuration that the stack, which is about to be made, does
 * not have: made without it, it would only be in the way of the one that was meant.
 */
export function requireSettings(folder: StackFolder): void {
  const present = readConfiguration(folder);
  const missing = [...folder.required].filter(
    ([name]) => present[name.includes(":") ? name : `${folder.project}:${name}`] === undefined,
  );
  if (missing.length === 0) return;
  const names = missing.map(([name, description]) => (description === "" ? name : `${name} (${description})`));
  throw new UserError(`the stack ${folder.stack} is not made: its settings lack ${names.join(", ")}`, {
    code: "no-settings",
    concerns: folder.directory,
    nextStep: `in this folder: pulumi stack select --create NAME, then ${missing.map(([name]) => `pulumi config set ${name} …`).join(", ")}`,
  });
}
