import type { MailSpec } from "@allmende/model";
import { alertLetters } from "./alert.js";
import { closedLetters, type LostOpening } from "./closed.js";
import type { Letter } from "./letter.js";
import { resultLetters } from "./result.js";
import type { RunDocument } from "./run-summary.js";

/** How long the same result of the same run is not sent again. */
const rememberedMs = 31 * 86_400_000;

/** What hostmasters are told at the end of a run, whoever did it: the same run makes the same letters. An alert comes first. */
export function runLetters(document: RunDocument, mail: MailSpec, nowMs: number): Letter[] {
  const untilMs = nowMs + rememberedMs;
  return [...alertLetters(document, mail, untilMs), ...resultLetters(document, mail, untilMs)];
}

/** What hostmasters are told of an opening that was lost: once for each, whoever tried. */
export function lostOpeningLetters(lost: LostOpening, mail: MailSpec, nowMs: number): Letter[] {
  return closedLetters(lost, mail, nowMs + rememberedMs);
}
