import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./tools.mjs";

const partial = /^\.partial-.*-(\d+)$/;

/**
 * Fills a directory of the cache, all or nothing: it is built beside its place and renamed once complete.
 * @param {string} name relative to the cache, `pulumi/3.255.0`
 * @param {(directory: string) => Promise<void>} fill
 * @returns {Promise<string>} the directory's path
 */
export async function fillCache(name, fill) {
  const root = cacheDirectory();
  mkdirSync(root, { recursive: true, mode: 0o755 });
  removeAbandoned(root);
  const target = join(root, name);
  const directory = join(root, `.partial-${name.replaceAll("/", "-")}-${process.pid}`);
  try {
    mkdirSync(directory);
    await fill(directory);
    mkdirSync(join(target, ".."), { recursive: true });
    // Whoever replaces what was unusable wins; the old one goes last.
    rmSync(target, { recursive: true, force: true });
    renameSync(directory, target);
    return target;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * What a killed run left behind.
 * @param {string} root
 */
function removeAbandoned(root) {
  for (const entry of readdirSync(root)) {
    const pid = partial.exec(entry)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(root, entry), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
