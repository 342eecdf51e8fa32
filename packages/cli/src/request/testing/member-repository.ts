import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { memberInventory, writeInventoryFile } from "./member-inventory.js";

type Written = string | Uint8Array | { readonly link: string } | { readonly gone: true };
/** By path in the inventory. */
export type Changes = Readonly<Record<string, Written>>;

const person = (name: string) => ["-c", `user.name=${name}`, "-c", `user.email=${name}@example.org`];

/** An inventory as a git repository of its own; `hanna` began it. */
export class MemberRepository {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async begin(more: Readonly<Record<string, string>> = {}): Promise<MemberRepository> {
    const repository = new MemberRepository(memberInventory(more));
    await repository.git("hanna", "init", "-q", "-b", "main", ".");
    await repository.commit("hanna", {});
    return repository;
  }

  async git(who: string, ...args: readonly string[]): Promise<string> {
    return (await execa("git", ["-C", this.directory, ...person(who), ...args])).stdout;
  }

  async commit(who: string, changes: Changes): Promise<void> {
    for (const [path, written] of Object.entries(changes)) {
      if (typeof written === "string" || written instanceof Uint8Array)
        writeInventoryFile(this.directory, path, written);
      else if ("gone" in written) await this.git(who, "rm", "-q", path);
      else {
        writeInventoryFile(this.directory, `${path}.tmp`, "");
        await this.git(who, "clean", "-fq", `${path}.tmp`);
        symlinkSync(written.link, join(this.directory, path));
      }
    }
    await this.git(who, "add", "-A");
    await this.git(who, "commit", "-q", "--allow-empty", "-m", "Change");
  }

  /** On a branch of its own, from main; it stays checked out. */
  async branch(who: string, name: string, changes: Changes): Promise<void> {
    await this.git(who, "checkout", "-q", "-b", name, "main");
    await this.commit(who, changes);
  }

  async merge(who: string, name: string): Promise<void> {
    await this.git(who, "checkout", "-q", "main");
    await this.git(who, "merge", "-q", "--no-ff", "-m", `Merge ${name}`, name);
  }
}

/** The file of a request for a static site; `undefined` leaves a key out. */
export function siteRequest(
  service: string,
  values: string,
  keys: Readonly<Record<string, string | undefined>> = {},
): string {
  const all = {
    ...{ change: "create", service, member: "anna", template: "static-site", host: "web1", level: "basic" },
    ...{ askedBy: "anna@example.org", askedAt: "2026-11-24T15:30:00Z", date: "2026-11-28" },
    values: `{ ${values} }`,
    ...keys,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== undefined);
  return lines.map(([key, value]) => `${key}: ${value}\n`).join("");
}
