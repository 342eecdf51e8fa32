import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@allmende/model";
import { findBackend, stackFile, stateDirectory } from "./environment.js";
import type { StackFolder } from "./folder.js";
import { findLocks, removeLock, type StackLock } from "./locks.js";
import { interruptedOperations, type PendingOperation } from "./pending.js";

/** Somebody's word that a holder is gone of which this machine cannot know it. */
export interface Vouched {
  readonly ids: readonly string[];
  readonly by: string;
  readonly reason: string;
}

export interface UnlockReport {
  readonly removed: readonly StackLock[];
  readonly left: readonly StackLock[];
  /** What runs that were cut off had begun, by the stack's state. */
  readonly interrupted: readonly PendingOperation[];
}

/**
 * Takes away locks whose holders are gone for certain, and those that somebody vouches for, which is recorded. One whose holder runs
 * stays, whatever anybody says. Throws UserError `no-such-lock`, `lock-in-use`, `locks-elsewhere`.
 */
export function unlockStack(
  folder: StackFolder,
  { vouched, dryRun = false }: { readonly vouched?: Vouched | undefined; readonly dryRun?: boolean | undefined } = {},
  nowMs = Date.now(),
): UnlockReport {
  const backend = findBackend(folder);
  const locks = findLocks(folder, backend);
  if (locks === undefined) throw notLocal(folder, backend.url);
  const named = (vouched?.ids ?? []).map((id) => requireLock(locks, id));
  const removed = locks.filter((lock) => lock.state === "gone" || named.includes(lock));
  for (const lock of dryRun ? [] : removed) {
    if (vouched !== undefined && lock.state !== "gone") record(folder, lock, vouched, nowMs);
    removeLock(lock);
  }
  const file = stackFile(folder, backend);
  const state = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return { removed, left: locks.filter((lock) => !removed.includes(lock)), interrupted: interruptedOperations(state) };
}

function requireLock(locks: readonly StackLock[], id: string): StackLock {
  const lock = locks.find((each) => each.id === id);
  if (lock === undefined) {
    throw new UserError(`the stack has no lock ${id}`, {
      code: "no-such-lock",
      concerns: id,
      nextStep:
        locks.length === 0 ? "it is not locked at all" : `its locks are: ${locks.map((each) => each.id).join(", ")}`,
    });
  }
  if (lock.state !== "running") return lock;
  throw new UserError(`the holder of lock ${id} is not gone: process ${lock.holder?.pid} runs on this machine`, {
    code: "lock-in-use",
    concerns: lock.path,
    nextStep: "wait for it, or end that process: its lock then goes with `allmende unlock`",
  });
}

function notLocal(folder: StackFolder, url: string): UserError {
  return new UserError(
    `the locks of stack ${folder.stack} are kept in ${url}, where nothing is known of their holders`,
    {
      code: "locks-elsewhere",
      concerns: url,
      nextStep: `make sure that no run of the stack is under way anywhere, then: pulumi cancel --stack ${folder.stack}`,
    },
  );
}

/** Beside the stack's own state: who overrode what, and why. */
function record(folder: StackFolder, { id, holder }: StackLock, { by, reason }: Vouched, nowMs: number): void {
  const directory = stateDirectory(folder);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const line = JSON.stringify({ at: new Date(nowMs).toISOString(), lock: id, holder, by, reason });
  appendFileSync(join(directory, `unlocks-${folder.stack}.jsonl`), `${line}\n`, { mode: 0o600 });
}
