import { createHash } from "node:crypto";
import type { Language, MailSpec } from "@allmende/model";

/** An e-mail to one person, ready to be sent; plain text. */
export interface Letter {
  /** Message-ID without its angle brackets: the same for the same thing to the same person, however often it is made. */
  readonly id: string;
  readonly to: string;
  readonly from: MailSpec["from"];
  /** Where answers go; undefined: to the sender. */
  readonly replyTo?: string | undefined;
  readonly subject: string;
  readonly text: string;
  readonly language: Language;
  readonly isUrgent: boolean;
  /** After this instant nobody sends it any more. */
  readonly untilMs: number;
  /** What else it tells, by the Message-IDs and ends of the mails that would have told it alone: once sent, these need not be. */
  readonly also?: readonly Pick<Letter, "id" | "untilMs">[] | undefined;
}

/** A Message-ID made of what a mail is about and whom it is for. */
export function messageIdOf(kind: string, about: readonly string[], { from }: Pick<MailSpec, "from">): string {
  const digest = createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 40);
  return `${kind}.${digest}@${from.address.slice(from.address.lastIndexOf("@") + 1)}`;
}

/** Text from elsewhere (a host's log, an error) as part of one line: nothing in it can begin another one. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

/** A mail's text from its lines, of which each stays one. */
export function renderText(lines: readonly string[]): string {
  return lines.map((line) => (/[\p{Cc}\u2028\u2029]/u.test(line) ? oneLine(line) : line)).join("\n");
}

/** The end of each mail: who wrote it. */
export function signature({ from }: Pick<MailSpec, "from">): readonly string[] {
  return ["-- ", from.name];
}
