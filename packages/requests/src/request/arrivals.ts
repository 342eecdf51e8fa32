import { execFileSync } from "node:child_process";

/**
 * Ids of the requests of an inventory's folder in the order in which they reached a branch; none where there is no repository. Blocks: a
 * stack's program asks as well, and it cannot wait.
 */
export function readArrivals(directory: string, branch = "HEAD"): string[] {
  const options = ["--reverse", "--first-parent", "--diff-merges=first-parent", "--diff-filter=A", "--name-only", "-z"];
  const folder = "requests/";
  const args = ["log", ...options, "--relative", "--format=", "--no-renames", branch, "--", folder];
  const text = tryGit(directory, args) ?? "";
  const ids = text
    .split("\0")
    .map((path) => path.trim())
    .filter((path) => path.startsWith(folder) && path.endsWith(".yaml"))
    .map((path) => path.slice(folder.length, -".yaml".length));
  // What was taken away and came again, came again.
  return ids.filter((id, index) => ids.lastIndexOf(id) === index);
}

function tryGit(directory: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", ["-C", directory, ...args], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}
