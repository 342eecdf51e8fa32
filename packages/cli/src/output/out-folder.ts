import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "@allmende/model";

/** A folder to write into need not be there yet, but a file cannot be one. Throws UserError. */
export function requireOutFolder(path: string): void {
  if (!existsSync(path) || statSync(path).isDirectory()) return;
  throw new UserError(`${path} is a file, where a folder belongs`, {
    code: "bad-folder",
    concerns: path,
    nextStep: "name a new folder",
  });
}

/**
 * Makes a folder to write into, and those above it; what is there stays. Throws UserError `bad-folder`, `unwritable-folder`.
 * Step by step: Node's own recursive one never ends where a folder is there and says that none can be made in it, as /proc does.
 */
export function makeOutFolder(path: string): void {
  requireOutFolder(path);
  const whole = resolve(path);
  if (existsSync(whole)) return;
  makeOutFolder(dirname(whole));
  try {
    mkdirSync(whole);
  } catch (cause) {
    if (existsSync(whole)) return; // Somebody else has made it by now.
    throw new UserError(`the folder ${path} cannot be made: ${(cause as Error).message}`, {
      code: "unwritable-folder",
      concerns: path,
      nextStep: "name a folder in one that is there and yours",
      cause,
    });
  }
}
