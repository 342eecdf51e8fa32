import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { StackFolder } from "./folder.js";

/** Pulumi.STACK.yaml of a stack. */
export function settingsFile(folder: StackFolder): string {
  return join(folder.directory, `Pulumi.${folder.stack}.yaml`);
}

/** What `config:` of the stack's settings has, as it is written there (secrets encrypted); empty without settings. */
export function readConfiguration(folder: StackFolder): Readonly<Record<string, unknown>> {
  const path = settingsFile(folder);
  const settings = existsSync(path) ? parse(readFileSync(path, "utf8")) : null;
  return (settings as { config?: Record<string, unknown> } | null)?.config ?? {};
}
