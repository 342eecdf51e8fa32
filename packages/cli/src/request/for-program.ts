import { type HeldRequest, heldVariable, isRequestFile } from "@allmende/requests";
import type { StackFolder } from "../stack/folder.js";
import { hasInventory } from "../stack/inventory-folder.js";
import { readKnownSecrets } from "./made-secrets.js";
import { loadRequested, readAccepted } from "./requested.js";
import { type SettledRequests, settleRequested } from "./settled.js";

/** What a stack's program, which runs in this process, cannot find out by itself. */
export interface ForProgram {
  /** Requests that wait; the program knows of them already. */
  readonly held: readonly HeldRequest[];
  /**
   * By name, what templates made and the stack's state has, for a program that would not find it in this checkout's configuration. Undefined: nothing
   * was requested, or the inventory has mistakes.
   */
  readonly readMadeSecrets: () => Promise<ReadonlyMap<string, string> | undefined>;
}

/** Reads a stack's requests for its program, once, and tells it which are held. What is wrong with the inventory otherwise is the program's to say. */
export async function readForProgram(folder: StackFolder): Promise<ForProgram> {
  const settled = await settleAccepted(folder);
  const held = settled?.held ?? [];
  process.env[heldVariable] = held.map(({ request }) => request.id).join(",");
  return {
    held,
    readMadeSecrets: async () => {
      const inventory = settled && loadSound(settled);
      return inventory && (await readKnownSecrets(folder, inventory));
    },
  };
}

async function settleAccepted(folder: StackFolder): Promise<SettledRequests | undefined> {
  if (!hasInventory(folder.directory)) return undefined;
  try {
    return await settleRequested(readAccepted(folder.directory), { folder });
  } catch {
    return undefined;
  }
}

/** Undefined: nothing was requested, or something is wrong with it. */
function loadSound(settled: SettledRequests) {
  try {
    return [...settled.files.keys()].some(isRequestFile) ? loadRequested(settled, Date.now()) : undefined;
  } catch {
    return undefined;
  }
}
