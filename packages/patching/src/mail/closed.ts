import type { MailSpec } from "@allmende/model";
import { hostmasterLetters } from "./hostmaster-letters.js";
import { type Letter, oneLine, renderText, signature } from "./letter.js";
import { mailTexts } from "./texts.js";

/** An opening that was lost: nobody knew whether its window may open, since a calendar of its blackouts could not be read. */
export interface LostOpening {
  readonly stack: string;
  readonly window: string;
  readonly occurrence: string;
  /** Which calendar, and what happened. */
  readonly why: string;
  readonly nextStep: string;
}

/** One mail to each hostmaster, the same one for the same opening, however often somebody tried and whatever happened then. Sent until `untilMs`. */
export function closedLetters(lost: LostOpening, mail: MailSpec, untilMs: number): Letter[] {
  const texts = mailTexts[mail.language];
  const { stack, window, occurrence } = lost;
  const text = renderText([
    texts.closedHeadline,
    "",
    texts.closedCause(oneLine(lost.why)),
    texts.closedStep(oneLine(lost.nextStep)),
    "",
    texts.run(occurrence, stack),
    texts.closedNext,
    "",
    ...signature(mail),
  ]);
  const subject = oneLine(`[${stack}] ${window}: ${texts.closedHeadline}`);
  const said = { stack, occurrence, subject, text, isByText: false, isUrgent: true, untilMs };
  return hostmasterLetters("closed", said, mail);
}
