import { existsSync, statSync } from "node:fs";
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
