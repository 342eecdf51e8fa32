import { type DeliveryResult, runLetters } from "@allmende/patching";
import type { Context } from "../context.js";
import { stackKey } from "../patch/planned-run.js";
import type { StackPatchRun } from "../patch/run.js";
import type { StackFolder } from "../stack/folder.js";
import { readStackInventory } from "../stack/stack-inventory.js";
import { post } from "./post.js";

/**
 * Tells hostmasters how runs ended, with an alert for each that needs somebody. A result that says the same as one before is not sent
 * again. undefined: the inventory has no mail.yaml, or there is nothing to tell.
 */
export async function mailResults(
  context: Context,
  folder: StackFolder,
  runs: readonly StackPatchRun[],
  nowMs = Date.now(),
): Promise<DeliveryResult | undefined> {
  const mail = runs.length === 0 ? undefined : (await readStackInventory(folder))?.mail;
  if (mail === undefined) return undefined;
  const letters = runs.flatMap((run) => runLetters({ stack: stackKey(folder), ...run }, mail, nowMs));
  // Whoever interrupted the run is to be told of it as well.
  return await post({ signal: context.force }, folder, mail, letters);
}
