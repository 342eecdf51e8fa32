import { existsSync } from "node:fs";
import { join } from "node:path";
import { readStackFolder, type StackFolder } from "../stack/folder.js";
import { findRepository, git } from "./repository.js";

/** A commit that touched a request, the latest first. */
export interface HistoryEntry {
  readonly commit: string;
  /** Instant of ISO 8601. */
  readonly at: string;
  readonly who: string;
  readonly subject: string;
}

/** `directory`: the inventory's. */
export async function readHistory(directory: string, file: string): Promise<HistoryEntry[]> {
  const repository = await findRepository(directory);
  if (repository === undefined) return [];
  const path = `${repository.prefix}${file}`;
  const text = await git(
    repository,
    "log",
    "--full-history",
    "-m",
    "--format=%H%x1f%cI%x1f%an <%ae>%x1f%s%x00",
    "--",
    path,
  ).catch(() => "");
  const seen = new Set<string>();
  return text.split("\0").flatMap((entry) => {
    const [commit = "", at = "", who = "", subject = ""] = entry.trim().split("\x1f");
    if (commit === "" || seen.has(commit)) return [];
    seen.add(commit);
    return [{ commit, at, who, subject: subject.replaceAll(/\p{Cc}/gu, " ") }];
  });
}

/** The stack whose inventory it is; undefined: the folder is an inventory alone. */
export function findStackFolder(path: string, stack: string | undefined): StackFolder | undefined {
  return ["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(path, name)))
    ? readStackFolder(path, stack)
    : undefined;
}
