import { execFile } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { matchesMinor, parseVersion } from "./versions.mjs";

export const pulumiVersion = "3.255.0";

/** The repository's root. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

export function cacheDirectory() {
  return process.env.ALLMENDE_CACHE ?? join(homedir(), ".cache", "allmende");
}

export async function findPulumi() {
  const onPath = findOnPath("pulumi");
  if (onPath !== undefined && (await isSuitablePulumi(onPath))) return onPath;
  // Its directory names the version, and setup has tried it: asking would cost every command a third of a second.
  const cached = join(cacheDirectory(), "pulumi", pulumiVersion, "pulumi");
  return isExecutable(cached) ? cached : undefined;
}

/** @param {string} path */
export async function isSuitablePulumi(path) {
  const version = parseVersion(await versionOf(path));
  return version !== undefined && matchesMinor(version, pulumiVersion);
}

/** @param {string} name */
export function findOnPath(name) {
  const directories = (process.env.PATH ?? "").split(delimiter).filter((directory) => directory !== "");
  // Debian keeps administrators' programs where an ordinary user's PATH does not look.
  return [...directories, "/usr/sbin", "/sbin"].map((directory) => join(directory, name)).find(isExecutable);
}

/** pnpm's pinned version, as package.json's `packageManager` says it. */
export function pinnedPnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return String(packageManager)
    .replace(/^pnpm@/, "")
    .replace(/\+.*$/, "");
}

/** @param {string} path */
async function versionOf(path) {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    return (await promisify(execFile)(path, ["version"], { env, timeout: 20_000 })).stdout;
  } catch {
    return "";
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
