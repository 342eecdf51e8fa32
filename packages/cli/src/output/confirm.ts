import { createInterface } from "node:readline/promises";
import { UserError } from "@allmende/model";
import type { Context } from "../context.js";

/** Asks on the terminal; anything but yes is no. */
export async function confirm(context: Context, question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question(`${question} [y/N] `, { signal: context.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}

/** For what cannot be undone: asks on a terminal, and elsewhere insists on `--yes`. */
export async function confirmOrRefuse(context: Context, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true;
  if (!context.terminal.interactive) {
    throw new UserError("this needs your word first, and there is no terminal to ask on", {
      code: "confirmation-missing",
      nextStep: "look at it with `allmende preview`, then add --yes",
    });
  }
  return await confirm(context, question);
}
