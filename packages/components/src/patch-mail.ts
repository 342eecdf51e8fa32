import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { MailInput } from "@allmende/model";
import { Config, getProject, type Input, type Output, output } from "@pulumi/pulumi";
import { parse } from "yaml";
import { inventoryError } from "./inventory-error.js";

/** Who is told how patch runs end, from whom and over which server: the words of `mail.yaml`, with the password itself. */
export interface PatchMailArgs extends Omit<MailInput, "smtp" | "unitFailures"> {
  smtp: Omit<MailInput["smtp"], "password"> & { password?: Input<string> | undefined };
  /** File that says what was sent, an absolute path. Default: `.state/mail-STACK.jsonl` of the stack that the runs are recorded for. */
  sentLog?: Input<string> | undefined;
}

/** What `mail.yaml` says, with its password out of the program's configuration. Throws RunError when that has none. */
export function mailOfInventory(folder: string, mail: MailInput): PatchMailArgs {
  const { smtp, unitFailures: _, ...rest } = mail;
  const { password, ...server } = smtp;
  if (password === undefined) return { ...rest, smtp: server };
  const [project, name] = password.config.includes(":") ? split(password.config) : [getProject(), password.config];
  const config = new Config(project);
  if (config.get(name) === undefined) {
    const message = `there is no "${name}" in the configuration: pulumi config set --secret ${password.config}`;
    throw inventoryError(folder, [{ path: ["smtp", "password"], message, file: "mail.yaml" }]);
  }
  return { ...rest, smtp: { ...server, password: config.requireSecret(name) } };
}

/** Where it is noted what was sent about the runs of a stack: where `allmende patch` of that stack notes it, too. */
export function sentLogOf(stack: Input<string>, inventory: string | URL | undefined): Output<string> {
  const program = inventory === undefined ? process.cwd() : dirname(resolve(pathOf(inventory)));
  return output(stack).apply((key) => {
    const project = projectOf(program);
    const own = project !== undefined && key.startsWith(`${project}.`);
    return own
      ? join(program, ".state", `mail-${key.slice(project.length + 1)}.jsonl`)
      : resolve(".state", `mail-${key.replaceAll("/", "-")}.jsonl`);
  });
}

const pathOf = (inventory: string | URL) => (inventory instanceof URL ? fileURLToPath(inventory) : inventory);

/** Name of the Pulumi project in a folder; undefined: there is none. */
function projectOf(folder: string): string | undefined {
  const file = join(folder, "Pulumi.yaml");
  if (!existsSync(file)) return undefined;
  const { name } = (parse(readFileSync(file, "utf8")) ?? {}) as { readonly name?: unknown };
  return typeof name === "string" ? name : undefined;
}

function split(name: string): [string, string] {
  const at = name.indexOf(":");
  return [name.slice(0, at), name.slice(at + 1)];
}
