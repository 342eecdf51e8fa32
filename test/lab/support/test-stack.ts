import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { execa } from "execa";
import { stringify } from "yaml";
import { projectDirectory } from "./paths.js";

/** What `allmende … --json` printed, and how it ended. */
export interface StackRun {
  readonly exitCode: number;
  readonly steps: readonly {
    readonly name: string;
    readonly operation: string;
    readonly failed: boolean;
    readonly changes: readonly string[];
  }[];
  readonly changes: Readonly<Record<string, number>>;
  readonly diagnostics: readonly { readonly severity: string; readonly message: string; readonly urn?: string }[];
  /** Everything that was said, for searching. */
  readonly text: string;
}

/** An inventory file's content, without the name. */
export type Entry = Readonly<Record<string, unknown>>;

export const registry = "registry.allmende.test:5000";

/** A stack folder of a test's own, run through the command line as a hostmaster would. */
export class TestStack {
  readonly directory: string;
  readonly #lab: Lab;

  constructor(name: string, lab: Lab) {
    this.directory = join(projectDirectory, "test", ".out", name);
    this.#lab = lab;
    rmSync(this.directory, { recursive: true, force: true });
    for (const folder of ["members", "services"])
      mkdirSync(join(this.directory, "inventory", folder), { recursive: true });
    const first = lab.hosts[0];
    this.#write("Pulumi.yaml", {
      name,
      runtime: "nodejs",
      plugins: { providers: [{ name: "allmende", path: join(projectDirectory, "packages/provider/bin") }] },
    });
    this.#write("Pulumi.test.yaml", { config: { "allmende:privateKeyFile": first?.privateKeyPath } });
    writeFileSync(join(this.directory, "package.json"), `${JSON.stringify({ name, type: "module", private: true })}\n`);
    writeFileSync(
      join(this.directory, "index.ts"),
      'import { Commons } from "@allmende/components";\n\nnew Commons("test", { inventory: "./inventory" });\n',
    );
    this.hosts({});
  }

  /** Writes hosts.yaml: the lab's hosts with `overrides` by name; null leaves a host out. */
  hosts(overrides: Readonly<Record<string, Entry | null>>): void {
    const hosts = this.#lab.hosts
      .filter((host) => overrides[host.name] !== null)
      .map((host) => [
        host.name,
        {
          address: host.address,
          port: host.port,
          user: host.user,
          hostKey: host.hostKey,
          reserve: "384MiB",
          ...overrides[host.name],
        },
      ]);
    this.#write("inventory/hosts.yaml", Object.fromEntries(hosts));
  }

  member(name: string, entry: Entry): void {
    this.#write(`inventory/members/${name}.yaml`, entry);
  }

  service(name: string, entry: Entry): void {
    this.#write(`inventory/services/${name}.yaml`, entry);
  }

  removeService(name: string): void {
    rmSync(join(this.directory, "inventory/services", `${name}.yaml`));
  }

  removeMember(name: string): void {
    rmSync(join(this.directory, "inventory/members", `${name}.yaml`));
  }

  up(...args: readonly string[]): Promise<StackRun> {
    return this.run("up", "--yes", ...args);
  }

  preview(...args: readonly string[]): Promise<StackRun> {
    return this.run("preview", ...args);
  }

  refresh(): Promise<StackRun> {
    return this.run("refresh");
  }

  destroy(): Promise<StackRun> {
    return this.run("destroy", "--yes");
  }

  /** Starts a command on this stack without awaiting it, for tests that end it early. */
  start(...args: readonly string[]) {
    return startAllmende(this.directory, args);
  }

  async run(...args: readonly string[]): Promise<StackRun> {
    return runAllmende(this.directory, args);
  }

  /** The state file as text, secrets encrypted. */
  stateText(): string {
    return readFileSync(join(this.directory, ".state", ".pulumi", "stacks", this.#name, "test.json"), "utf8");
  }

  get #name(): string {
    return this.directory.slice(this.directory.lastIndexOf("/") + 1);
  }

  #write(path: string, content: unknown): void {
    writeFileSync(join(this.directory, path), stringify(content));
  }
}

const allmende = join(projectDirectory, "packages/cli/bin/allmende.js");

/** Starts `allmende COMMAND DIRECTORY --json …` (COMMAND may be two words) with these variables on top of the process's own. */
export function startAllmende(directory: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [command = "up", ...rest] = args;
  const argv = [allmende, ...command.split(" "), directory, "--json", ...rest];
  return execa("node", argv, { reject: false, all: true, stdin: "ignore", env });
}

/** As `startAllmende`, to its end. */
export async function runAllmende(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<StackRun> {
  const result = await startAllmende(directory, args, env);
  const document = parseDocument(result.stdout);
  return {
    exitCode: result.exitCode ?? -1,
    steps: document.steps ?? [],
    changes: document.changes ?? {},
    diagnostics: document.diagnostics ?? [],
    text: result.all,
  };
}

function parseDocument(stdout: string): Partial<StackRun> {
  try {
    return JSON.parse(stdout) as Partial<StackRun>;
  } catch {
    return {};
  }
}

/** What of a run failed, in one text: for assertions whose failure must say why. */
export function failuresOf(run: StackRun): string {
  const errors = run.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  return errors.length > 0 || run.exitCode === 0 ? errors.join("\n") : run.text;
}

/** Operations other than `same`, by resource name. */
export function operationsOf(run: StackRun): Record<string, string> {
  const steps = run.steps.filter(
    ({ operation, name }) => !["same", "read", "refresh"].includes(operation) && name !== "",
  );
  return Object.fromEntries(steps.map(({ name, operation }) => [name, operation]));
}
