import { type HeldRequest, heldVariable, renderHeld } from "@allmende/requests";
import type { Context } from "../context.js";
import type { StackFolder } from "../stack/folder.js";
import { hasInventory } from "../stack/inventory-folder.js";
import { readAccepted } from "./requested.js";
import { settleRequested } from "./settled.js";

/**
 * Tells the program of a stack, which runs in this process, which requests are held. What is wrong with the inventory otherwise is the
 * program's to say.
 */
export async function holdForProgram(folder: StackFolder): Promise<readonly HeldRequest[]> {
  const held = await readHeld(folder);
  process.env[heldVariable] = held.map(({ request }) => request.id).join(",");
  return held;
}

async function readHeld(folder: StackFolder): Promise<readonly HeldRequest[]> {
  if (!hasInventory(folder.directory)) return [];
  try {
    return (await settleRequested(readAccepted(folder.directory), { folder })).held;
  } catch {
    return [];
  }
}

/** A warning for each; on standard error, so that what a command prints stays what it is. */
export function sayHeld({ terminal, style }: Context, held: readonly HeldRequest[]): void {
  for (const each of held) terminal.err(`${style.yellow("warning")}: ${renderHeld(each)}\n`);
}
