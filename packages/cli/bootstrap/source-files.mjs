import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const foreign = new Set(["node_modules", "dist", ".out", ".state"]);

/**
 * Our own files of these folders, relative to the root, sorted. A folder that is missing holds none.
 * @param {string} root
 * @param {readonly string[]} folders
 * @param {RegExp} pattern of the path
 * @returns {string[]}
 */
export function listFiles(root, folders, pattern) {
  /** @param {string} folder @returns {string[]} */
  const walk = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return foreign.has(entry.name) ? [] : walk(path);
      return pattern.test(path) ? [path] : [];
    });
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap(walk)
    .sort();
}

/**
 * Files with more lines than allowed, as findings.
 * @param {string} root
 * @param {readonly string[]} paths
 * @param {number} maximumLines
 * @returns {string[]}
 */
export function checkLengths(root, paths, maximumLines) {
  return paths.flatMap((path) => {
    const lines = countLines(readFileSync(join(root, path), "utf8"));
    return lines > maximumLines ? [`${path}: ${lines} lines, ${maximumLines} are allowed: split it`] : [];
  });
}

/** @param {string} text */
export function countLines(text) {
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
