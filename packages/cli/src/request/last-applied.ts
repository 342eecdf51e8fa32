import { statSync } from "node:fs";
import { openEngine } from "../stack/engine.js";
import { findBackend, stackFile } from "../stack/environment.js";
import type { StackFolder } from "../stack/folder.js";

/** When somebody last tried to bring a stack up, whether it succeeded or not; undefined: never. */
export async function lastAppliedMs(folder: StackFolder): Promise<number | undefined> {
  const path = stackFile(folder, findBackend(folder));
  // A local state is written at the end of each try; asking the engine takes a second.
  return path === undefined ? await lastInHistoryMs(folder) : statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** As the backend notes it, whichever it is: of previews and imports nothing is told. */
export async function lastInHistoryMs(folder: StackFolder): Promise<number | undefined> {
  const { pulumi } = await openEngine(folder);
  const text = await pulumi([
    "stack",
    "history",
    "--json",
    "--page-size",
    "10",
    "--page",
    "1",
    "--stack",
    folder.stack,
  ]);
  const updates = JSON.parse(text.trim() === "" ? "[]" : text) as readonly { kind?: unknown; endTime?: unknown }[];
  const last = updates.find(({ kind }) => kind === "update" || kind === "refresh");
  const ms = Date.parse(String(last?.endTime));
  return Number.isNaN(ms) ? undefined : ms;
}
