import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { AllmendeError } from "@allmende/model";
import { type Backend, findBackend } from "./environment.js";
import type { StackFolder } from "./folder.js";
import { type Holder, judgeHolder, type LockNote, type Verdict } from "./lock-holder.js";

/** A lock on a stack's state in a local backend: whoever changes the state holds one, and takes it away at the end. */
export interface StackLock extends Verdict {
  readonly id: string;
  readonly path: string;
  /** Undefined when the lock cannot be read. */
  readonly holder?: Holder | undefined;
}

/** All locks on a stack, each with what this machine knows of its holder. Undefined for a backend that is not local. */
export function findLocks(folder: StackFolder, backend: Backend = findBackend(folder)): StackLock[] | undefined {
  if (backend.localDirectory === undefined) return undefined;
  const directory = join(backend.localDirectory, ".pulumi", "locks", "organization", folder.project, folder.stack);
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => name.endsWith(".json"));
  return names.sort().flatMap((name) => readLock(join(directory, name)));
}

function readLock(path: string): StackLock[] {
  const id = basename(path, ".json");
  try {
    const holder = parseNote(readFileSync(path, "utf8"));
    if (holder === undefined) return [{ id, path, state: "unknown", because: "the lock does not say who holds it" }];
    return [{ id, path, holder, ...judgeHolder(holder, path) }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []; // Its holder has ended meanwhile.
    return [{ id, path, state: "unknown", because: `the lock cannot be read: ${(error as Error).message}` }];
  }
}

function parseNote(text: string): Holder | undefined {
  const { pid, username, hostname, timestamp } = JSON.parse(text) as LockNote;
  const sinceMs = Date.parse(String(timestamp));
  if (typeof pid !== "number" || typeof hostname !== "string" || Number.isNaN(sinceMs)) return undefined;
  return { pid, user: String(username ?? "?"), host: hostname, sinceMs };
}

/** Takes a lock away; nobody else's that was made meanwhile, since each has a file of its own. */
export function removeLock({ path }: StackLock): void {
  // The engine keeps a checksum beside each file.
  for (const each of [path, `${path}.attrs`]) rmSync(each, { force: true });
}

/** Takes away the locks whose holders are gone for certain; returns them. */
export function dropStaleLocks(locks: readonly StackLock[]): StackLock[] {
  const stale = locks.filter(({ state }) => state === "gone");
  for (const lock of stale) removeLock(lock);
  return stale;
}

/** `root@web (process 123), since 2026-11-24T01:17:00Z`; without a holder, the lock itself. */
export function renderHolder({ id, holder }: StackLock): string {
  if (holder === undefined) return `lock ${id}`;
  return `${holder.user}@${holder.host} (process ${holder.pid}), since ${new Date(holder.sinceMs).toISOString()}`;
}

/** Why a stack cannot be changed now: who holds it, and what to do about that. */
export function lockedError(folder: StackFolder, [lock]: readonly [StackLock, ...StackLock[]]): AllmendeError {
  const unlock = `allmende unlock ${folder.directory} --stack ${folder.stack}`;
  return new AllmendeError(`stack ${folder.stack} is locked by ${renderHolder(lock)}: ${lock.because}`, {
    code: "stack-locked",
    concerns: lock.path,
    nextStep:
      lock.state === "running"
        ? "wait for it to end: it takes its lock along"
        : `make sure that it runs no more, then: ${unlock} --gone ${lock.id} --by NAME --reason TEXT`,
  });
}
