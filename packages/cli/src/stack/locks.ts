import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** Removes locks of a local backend whose holder, a process of this machine, is gone (killed, or lost in a power cut). Returns how many. */
export function dropStaleLocks(backendDirectory: string, project: string, stack: string): number {
  const directory = join(backendDirectory, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(directory)) return 0;
  const stale = readdirSync(directory).filter((name) => isStale(join(directory, name)));
  for (const name of stale) rmSync(join(directory, name), { force: true });
  return stale.length;
}

function isStale(path: string): boolean {
  try {
    const lock = JSON.parse(readFileSync(path, "utf8"));
    return lock.hostname === hostname() && typeof lock.pid === "number" && !isRunning(lock.pid);
  } catch {
    return false; // Not ours to judge: the engine will say what it thinks of it.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
