import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { projectDirectory } from "./paths.js";
import { registry } from "./test-stack.js";

const allmende = join(projectDirectory, "packages/cli/bin/allmende.js");

/** Somebody who commits. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/** A stack's folder as a git repository of its own, used as members and CI would. */
export class RequestsRepository {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Makes a stack's folder ready for requests (catalogue, tariff, intake), and its first commit. */
  static async begin(directory: string, person: Person): Promise<RequestsRepository> {
    const write = (path: string, text: string) => writeFileSync(join(directory, path), text);
    mkdirSync(join(directory, "inventory/templates"));
    write("inventory/templates/catalogue.yaml", `registries: ["docker.io", "${registry}"]\n`);
    write("inventory/tariff.yaml", 'currency: EUR\nram: "4.00"\nlastMinuteSurcharge: "25.00"\n');
    write(
      "inventory/work.yaml",
      "zone: UTC\nleadTime: { default: 3d }\ndeviation: 20\nrules:\n" +
        "  - { kind: service-request, when: { change: [create, change, end] }, reason: { de: Aus dem Katalog, en: From the catalogue } }\n",
    );
    write(".gitignore", ".state/\nnode_modules/\n");
    const repository = new RequestsRepository(directory);
    await repository.git(person, "init", "-q", "-b", "main", ".");
    await repository.commit(person, "Begin");
    return repository;
  }

  async git(person: Person, ...args: readonly string[]): Promise<string> {
    const { name, email } = person;
    const result = await execa("git", [
      "-C",
      this.directory,
      "-c",
      `user.name=${name}`,
      "-c",
      `user.email=${email}`,
      ...args,
    ]);
    return result.stdout;
  }

  /** Everything that differs, on the branch that is checked out. */
  async commit(person: Person, message: string): Promise<void> {
    await this.git(person, "add", "-A");
    await this.git(person, "commit", "-q", "-m", message);
  }

  /** Runs `allmende ARGS --json` in the folder. */
  async allmende(...args: readonly string[]) {
    const result = await execa("node", [allmende, ...args, "--json"], {
      cwd: this.directory,
      reject: false,
      all: true,
      stdin: "ignore",
    });
    const document = result.stdout === "" ? {} : JSON.parse(result.stdout);
    return { exitCode: result.exitCode, document, text: result.all };
  }

  /** What CI's comment would say about a branch, against main. */
  async comment(branch: string): Promise<{ readonly exitCode: number | undefined; readonly text: string }> {
    await execa("git", ["-C", this.directory, "checkout", "-q", branch]);
    const result = await execa("node", [allmende, "request", "check", "--base", "main"], {
      cwd: this.directory,
      reject: false,
    });
    await execa("git", ["-C", this.directory, "checkout", "-q", "main"]);
    return { exitCode: result.exitCode, text: result.stdout };
  }

  /** Writes a request with `allmende request new` (or another command) on a branch of its own, from main. Returns its id. */
  async ask(person: Person, branch: string, ...args: readonly string[]): Promise<string> {
    await this.git(person, "checkout", "-q", "-b", branch, "main");
    const { document, text } = await this.allmende(...args);
    if (typeof document.file !== "string") throw new Error(`no request was written: ${text}`);
    await this.commit(person, `Ask: ${branch}`);
    await this.git(person, "checkout", "-q", "main");
    return document.id;
  }

  /** Merges a branch with a merge commit that says who approved. */
  async merge(person: Person, branch: string, ...trailers: readonly string[]): Promise<void> {
    const message = `Merge ${branch}\n\n${[...trailers, `Signed-off-by: ${person.name} <${person.email}>`].join("\n")}`;
    await this.git(person, "merge", "-q", "--no-ff", "-m", message, branch);
  }

  async stateOf(id: string, ...args: readonly string[]): Promise<string> {
    const { document, text } = await this.allmende("request", "show", id, ...args);
    if (typeof document.state !== "string") throw new Error(text);
    return document.state;
  }
}
