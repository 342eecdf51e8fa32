import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@allmende/model";
import { parse } from "yaml";
import { engineEnvironment, findBackend } from "./environment.js";
import type { StackFolder } from "./folder.js";
import { stateOpener } from "./state-secrets.js";

interface Settings {
  readonly encryptionsalt?: unknown;
  readonly secretsprovider?: unknown;
  readonly config?: Readonly<Record<string, unknown>> | null;
}

/**
 * A value of a stack's configuration (`pulumi config set --secret NAME`): opened here where a passphrase closes it, else by the Pulumi CLI.
 * Throws UserError `no-config-value`.
 */
export async function readConfigValue(folder: StackFolder, name: string): Promise<string> {
  const path = join(folder.directory, `Pulumi.${folder.stack}.yaml`);
  const settings = (existsSync(path) ? (parse(readFileSync(path, "utf8")) ?? {}) : {}) as Settings;
  const value = settings.config?.[name.includes(":") ? name : `${folder.project}:${name}`];
  if (value === undefined || value === null) {
    throw new UserError(`there is no value ${name} in the configuration of stack ${folder.stack}`, {
      code: "no-config-value",
      concerns: path,
      nextStep: `set it: pulumi config set --secret ${name}`,
    });
  }
  if (typeof value !== "object") return String(value);
  const { secure } = value as { readonly secure?: unknown };
  const backend = findBackend(folder);
  const variables = engineEnvironment(folder, backend);
  const salt = settings.encryptionsalt;
  const provider = { type: "passphrase", state: { salt } };
  const open = salt === undefined ? undefined : await stateOpener(provider, { ...process.env, ...variables });
  if (open !== undefined && typeof secure === "string") return open(secure);
  const { openEngine } = await import("./engine.js");
  const engine = await openEngine(folder);
  return (await engine.pulumi(["config", "get", name, "--stack", folder.stack])).replace(/\n$/, "");
}
