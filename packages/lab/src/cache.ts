import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.js";
import { type Report, step } from "./progress.js";

/** `$ALLMENDE_CACHE`, else `~/.cache/allmende`. */
export function defaultCacheDirectory(): string {
  return process.env.ALLMENDE_CACHE ?? join(homedir(), ".cache", "allmende");
}

/** A folder of this package beside `src` and `dist`. */
export function assetPath(...parts: readonly string[]): string {
  return join(fileURLToPath(new URL("..", import.meta.url)), ...parts);
}

/** Key of a definition: equal definitions have equal keys whatever the order of their properties. */
export function keyOf(definition: unknown): string {
  return createHash("sha256").update(canonical(definition)).digest("hex").slice(0, 16);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const sorted = entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${sorted.map(([name, entry]) => `${JSON.stringify(name)}:${canonical(entry)}`).join(",")}}`;
}

/** The text of an asset, as a part of a definition. */
export function assetText(...parts: readonly string[]): Promise<string> {
  return readFile(assetPath(...parts), "utf8");
}

export interface CacheEntry {
  readonly key: string;
  readonly directory: string;
}

export interface CacheContext {
  readonly cacheDir: string;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The directory `KIND/KEY` of the cache, made by `build` when it is missing. A build works in a directory beside it
 * that is renamed when it is complete: an interrupted one leaves nothing that could be taken for a result.
 */
export async function cached(
  context: CacheContext,
  kind: string,
  label: string,
  definition: unknown,
  build: (directory: string) => Promise<void>,
): Promise<CacheEntry> {
  const key = keyOf(definition);
  const directory = join(context.cacheDir, kind, key);
  if (await exists(directory)) return { key, directory };
  await mkdir(join(context.cacheDir, kind), { recursive: true });
  return step(context.report, `build ${label}`, async (info) => {
    const make = async () => {
      if (await exists(directory)) return;
      const draft = `${directory}.draft`;
      await rm(draft, { recursive: true, force: true });
      await mkdir(draft);
      await build(draft);
      await rename(draft, directory);
    };
    await withLock(directory, make, () => info("waiting for another process that builds the same"), context.signal);
    return { key, directory };
  });
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Names in a directory; none when it does not exist. */
export async function listDirectory(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}
