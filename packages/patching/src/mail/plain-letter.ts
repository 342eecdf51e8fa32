import type { Language, MailSpec } from "@allmende/model";
import { type Letter, messageIdOf, oneLine, renderText, signature } from "./letter.js";

/** What one mail says, and to whom. */
export interface PlainMail {
  readonly to: string;
  readonly subject: string;
  readonly lines: readonly string[];
  readonly language: Language;
  readonly untilMs: number;
}

/** A mail of lines, signed; the same `kind` and `about` to the same person is the same mail. Answers go to where members ask. */
export function letterOf(kind: string, about: readonly string[], plain: PlainMail, mail: MailSpec): Letter {
  const { to, subject, lines, language, untilMs } = plain;
  return {
    id: messageIdOf(kind, [...about, to], mail),
    to,
    from: mail.from,
    replyTo: mail.questions,
    subject: oneLine(subject),
    text: renderText([...lines, "", ...signature(mail)]),
    language,
    isUrgent: false,
    untilMs,
  };
}
