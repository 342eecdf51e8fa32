import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeText } from "@allmende/model";
import { execa } from "execa";
import type { Repository } from "./repository.js";

export const hostsFile = "hosts.yaml";

/** hosts.yaml of an inventory of which no commit has it, since git ignores it. */
export interface IgnoredHosts {
  /** That of the folder, which is what `up` reads; undefined: there is none. */
  readonly text: string | undefined;
}

/** Undefined: git does not ignore it. What a commit has is never ignored. */
export async function readIgnoredHosts(repository: Repository, directory: string): Promise<IgnoredHosts | undefined> {
  const path = join(directory, hostsFile);
  const args = ["-C", repository.root, "check-ignore", "--quiet", `${repository.prefix}${hostsFile}`];
  if ((await execa("git", args, { reject: false })).exitCode !== 0) return undefined;
  return { text: existsSync(path) ? decodeText(readFileSync(path)) : undefined };
}
