import { type HeldRequest, renderHeld } from "@allmende/requests";
import type { Context } from "../context.js";

/** A warning for each; on standard error, so that what a command prints stays what it is. */
export function sayHeld({ terminal, style }: Context, held: readonly HeldRequest[]): void {
  for (const each of held) terminal.err(`${style.yellow("warning")}: ${renderHeld(each)}\n`);
}
