import { realpathSync } from "node:fs";
import { relative } from "node:path";
import { decodeText, UserError } from "@allmende/model";
import type { ReviewedCommit } from "@allmende/requests";
import { execa } from "execa";

/** The git repository that an inventory lies in. */
export interface Repository {
  readonly root: string;
  /** The inventory's folder from the root, `/` at its end; empty: the root itself. */
  readonly prefix: string;
}

/** A path that differs between two trees; the inventory's are relative to it. */
export interface ChangedPath {
  readonly path: string;
  readonly isInInventory: boolean;
  /** `A`, `M`, `D`, … */
  readonly status: string;
}

/** The repository around a folder; undefined: there is none. */
export async function findRepository(directory: string): Promise<Repository | undefined> {
  const { stdout, exitCode } = await execa("git", ["-C", directory, "rev-parse", "--show-toplevel"], { reject: false });
  if (exitCode !== 0) return undefined;
  const path = relative(stdout, realpathSync(directory));
  return { root: stdout, prefix: path === "" ? "" : `${path}/` };
}

/** As `findRepository`. UserError `no-repository` when there is none. */
export async function requireRepository(directory: string): Promise<Repository> {
  const found = await findRepository(directory);
  if (found !== undefined) return found;
  throw new UserError(`${directory} is in no git repository`, {
    code: "no-repository",
    concerns: directory,
    nextStep: "a request is a file in a repository: git init, or clone the cooperative's",
  });
}

/** Output of git; UserError `git-failed` with what it said. */
export async function git({ root }: Repository, ...args: readonly string[]): Promise<string> {
  const result = await execa("git", ["-C", root, "-c", "core.quotePath=false", ...args], {
    reject: false,
    stripFinalNewline: true,
  });
  if (result.exitCode === 0) return result.stdout;
  throw new UserError(`git ${args[0]} failed: ${result.stderr.split("\n").at(0) ?? ""}`, {
    code: "git-failed",
    concerns: root,
    nextStep: "name a commit or branch that is there; a shallow clone needs its whole history (fetch-depth: 0)",
  });
}

/** The id of the commit that a name means: what comes from outside never reaches git as an option. UserError `git-failed`. */
export async function commitId(repository: Repository, name: string): Promise<string> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  return await git(repository, ...args).catch((cause: unknown) => {
    throw new UserError(`there is no commit or branch ${name} in ${repository.root}`, {
      code: "git-failed",
      concerns: name,
      nextStep:
        "fetch it (git fetch), or name one that is there; a shallow clone needs its whole history (fetch-depth: 0)",
      cause,
    });
  });
}

/** The tree that merging one commit into another gives; undefined: it cannot be merged as it is. */
export async function mergedTree(repository: Repository, base: string, head: string): Promise<string | undefined> {
  const args = ["-C", repository.root, "merge-tree", "--write-tree", base, head];
  const { stdout, exitCode } = await execa("git", args, { reject: false });
  return exitCode === 0 ? stdout.split("\n")[0] : undefined;
}

export async function changedPaths(repository: Repository, from: string, to: string): Promise<ChangedPath[]> {
  const text = await git(repository, "diff", "--name-status", "--no-renames", "-z", from, to);
  const parts = text.split("\0").filter((part) => part !== "");
  return parts.flatMap((status, index) => {
    if (index % 2 !== 0) return [];
    const whole = parts[index + 1] ?? "";
    const isInInventory = whole.startsWith(repository.prefix);
    return [{ status, isInInventory, path: isInInventory ? whole.slice(repository.prefix.length) : whole }];
  });
}

/** Files of the inventory in a tree. `links`: symbolic links and submodules, which are not followed; `binary`: no text in UTF-8. */
export interface TreeFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly links: readonly string[];
  readonly binary: readonly string[];
}

/** What of a tree an inventory reads; nothing is written anywhere. */
export async function inventoryInTree(repository: Repository, tree: string): Promise<TreeFiles> {
  const listing = await git(
    repository,
    "ls-tree",
    "-r",
    "-z",
    "--full-tree",
    tree,
    ...(repository.prefix === "" ? [] : [repository.prefix]),
  );
  const files = new Map<string, string>();
  const links: string[] = [];
  const binary: string[] = [];
  for (const entry of listing.split("\0").filter((each) => each !== "")) {
    const [, mode = "", object = "", whole = ""] = /^(\d+) \S+ ([0-9a-f]+)\t([\s\S]*)$/.exec(entry) ?? [];
    const path = whole.slice(repository.prefix.length);
    if (!/^([^/]+|(members|services|requests|blackouts)\/.+)\.(ya?ml|ics)$/.test(path) || /^Pulumi\./.test(path))
      continue;
    // A link leads elsewhere, and so does a repository in a repository.
    if (mode === "120000" || mode === "160000") {
      links.push(path);
      continue;
    }
    const { stdout } = await execa("git", ["-C", repository.root, "cat-file", "blob", object], {
      encoding: "buffer",
      stripFinalNewline: false,
    });
    const text = decodeText(stdout);
    if (text === undefined) binary.push(path);
    else files.set(path, text);
  }
  return { files, links, binary };
}

const fieldEnd = "\x1f";
const format = `%H${fieldEnd}%ae${fieldEnd}%ce${fieldEnd}%cI${fieldEnd}%P${fieldEnd}%(trailers:only,unfold)%x00`;

export interface Commit extends ReviewedCommit {
  readonly atMs: number;
  readonly parents: readonly string[];
}

/** Commits as `git log ARGS` lists them. */
export async function commits(repository: Repository, ...args: readonly string[]): Promise<Commit[]> {
  const text = await git(repository, "log", `--format=${format}`, ...args);
  return text.split("\0").flatMap((entry) => {
    const [id = "", authorEmail = "", committerEmail = "", at = "", parents = "", trailers = ""] = entry
      .trim()
      .split(fieldEnd);
    if (id === "") return [];
    return [
      {
        ...{ id, authorEmail, committerEmail, atMs: Date.parse(at) },
        parents: parents.split(" ").filter((parent) => parent !== ""),
        trailers: trailers.split("\n").filter((line) => line !== ""),
      },
    ];
  });
}
