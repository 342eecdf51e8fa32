import type { MailSpec } from "@allmende/model";
import { type DeliveryResult, lostOpeningLetters, runLetters } from "@allmende/patching";
import type { Context } from "../context.js";
import type { LostOpening } from "../patch/lost.js";
import { stackKey } from "../patch/planned-run.js";
import type { StackPatchRun } from "../patch/run.js";
import type { StackFolder } from "../stack/folder.js";
import { post } from "./post.js";

/**
 * Tells hostmasters how runs ended, with an alert for each that needs somebody, and of openings that were lost, of each once. A result that says the same as
 * one before is not sent again. undefined: the inventory has no mail.yaml, or there is nothing to tell.
 */
export async function mailResults(
  context: Context,
  folder: StackFolder,
  mail: MailSpec | undefined,
  runs: readonly StackPatchRun[],
  lost: readonly LostOpening[] = [],
  nowMs = Date.now(),
): Promise<DeliveryResult | undefined> {
  if (mail === undefined || runs.length + lost.length === 0) return undefined;
  const stack = stackKey(folder);
  const letters = [
    ...lost.flatMap(({ window, occurrence, error: { message, nextStep = "" } }) =>
      lostOpeningLetters({ stack, window, occurrence, why: message, nextStep }, mail, nowMs),
    ),
    ...runs.flatMap((run) => runLetters({ stack, ...run }, mail, nowMs)),
  ];
  // Whoever interrupted the run is to be told of it as well.
  return await post({ signal: context.force }, folder, mail, letters, nowMs);
}
