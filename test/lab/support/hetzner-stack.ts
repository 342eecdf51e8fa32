import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { type HetznerApi, Lab } from "@allmende/lab";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { stackFolder } from "./generated-stack.js";
import { projectDirectory } from "./paths.js";
import { runAllmende, type StackRun, startAllmende } from "./test-stack.js";

export interface HetznerStackOptions {
  readonly lab: Lab;
  readonly api: HetznerApi;
  /** Directory of `pulumi-resource-hcloud`. */
  readonly plugin: string;
  /** On top of, or instead of, what the stack needs; `undefined` leaves one out. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A lab of a test's own, without hosts: servers come from the API. */
export async function startHetznerLab(purpose: string, number: number): Promise<Lab> {
  const own = process.env["ALLMENDE_TEST_LAB"];
  return await Lab.start(
    own === undefined
      ? { name: `test-hcloud-${purpose}`, number, hosts: [] }
      : { name: `${own}-${purpose}`, hosts: [] },
  );
}

/** A host in hosts.yaml: `{ hetzner: { serverType, … }, reserve }`. */
export type HostEntry = { hetzner: Record<string, unknown>; reserve: string };

/** stacks/hetzner as it is, in a folder of a test's own; endpoint and token are all that is said otherwise. */
export class HetznerStack {
  readonly directory: string;
  readonly #options: HetznerStackOptions;

  constructor(name: string, options: HetznerStackOptions) {
    this.#options = options;
    this.directory = stackFolder(name);
    const isOwn = (path: string) => !["node_modules", ".state"].includes(basename(path));
    cpSync(join(projectDirectory, "stacks/hetzner"), this.directory, { recursive: true, filter: isOwn });
    // Names of everything that is made begin with the project's.
    const settings = parse(readFileSync(join(this.directory, "Pulumi.yaml"), "utf8"));
    if (name !== "hetzner") writeFileSync(join(this.directory, "Pulumi.yaml"), stringify({ ...settings, name }));
    this.configure({});
  }

  /** Writes the stack's configuration, with `changes` for this time. */
  configure(changes: Readonly<Record<string, unknown>>): void {
    const { api, config } = this.#options;
    const project = parse(readFileSync(join(this.directory, "Pulumi.yaml"), "utf8")).name;
    const all = {
      [`${project}:cooperative`]: "example",
      [`${project}:hostmasters`]: { anna: readFileSync(`${this.#privateKey}.pub`, "utf8").trim() },
      [`${project}:sshFrom`]: ["203.0.113.7/32"],
      "allmende:privateKeyFile": this.#privateKey,
      "hcloud:endpoint": api.endpoint,
      "hcloud:token": api.token,
      ...config,
      ...changes,
    };
    // JSON leaves out what is undefined.
    writeFileSync(join(this.directory, "Pulumi.coop.yaml"), JSON.stringify({ config: all }));
  }

  /** Rewrites hosts.yaml. */
  hosts(edit: (hosts: Record<string, HostEntry>) => void): void {
    const path = join(this.directory, "inventory/hosts.yaml");
    const hosts = parse(readFileSync(path, "utf8"));
    edit(hosts);
    writeFileSync(path, stringify(hosts));
  }

  /** Takes an inventory file out: `services/bruno-site`. */
  remove(path: string): void {
    rmSync(join(this.directory, "inventory", `${path}.yaml`));
  }

  run(...args: readonly string[]): Promise<StackRun> {
    return runAllmende(this.directory, args, this.#environment);
  }

  up(...args: readonly string[]): Promise<StackRun> {
    return this.run("up", "--yes", ...args);
  }

  /** Without awaiting it, for tests that end it early. */
  start(...args: readonly string[]) {
    return startAllmende(this.directory, args, this.#environment);
  }

  /** Pulumi's own CLI on this stack: its engine, backend and passphrase are those of `allmende`. */
  pulumi(pulumi: string, ...args: readonly string[]) {
    const env = {
      ...this.#environment,
      PULUMI_BACKEND_URL: `file://${this.directory}/.state`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(this.directory, ".state/passphrase"),
    };
    return execa(pulumi, [...args], { cwd: this.directory, env, reject: false, all: true, stdin: "ignore" });
  }

  /** The state file as text, secrets encrypted. */
  stateText(): string {
    const project = parse(readFileSync(join(this.directory, "Pulumi.yaml"), "utf8")).name;
    return readFileSync(join(this.directory, ".state/.pulumi/stacks", project, "coop.json"), "utf8");
  }

  address(server: string): string {
    const found = this.#options.api.servers().find(({ name }) => name === server);
    if (found === undefined) throw new Error(`there is no server ${server}`);
    return found.address;
  }

  /** Runs a program as root on a server, whatever its host key: for looking at what the stack has done there. */
  on(server: string, ...argv: readonly string[]) {
    const unchecked = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
    const client = ["-F", "/dev/null", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-i", this.#privateKey];
    const place = `hostmaster@${this.address(server)}`;
    return execa("ssh", [...client, ...unchecked, place, "sudo", "-n", ...argv], { reject: false, stdin: "ignore" });
  }

  /** Whether the web port of a service answers with 200. */
  async answers(server: string, port = 8080): Promise<boolean> {
    const signal = AbortSignal.timeout(5_000);
    const response = await fetch(`http://${this.address(server)}:${port}/`, { signal }).catch(() => undefined);
    return response?.status === 200;
  }

  get #privateKey(): string {
    return join(this.#options.lab.files.directory, "id_ed25519");
  }

  /** The built plugin is found on PATH, where the released one would be downloaded. */
  get #environment() {
    return { PATH: `${this.#options.plugin}${delimiter}${process.env["PATH"]}` };
  }
}
