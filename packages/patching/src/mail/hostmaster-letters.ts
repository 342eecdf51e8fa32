import type { MailSpec } from "@allmende/model";
import { type Letter, messageIdOf } from "./letter.js";

/** A mail about one occurrence. */
export interface HostmasterMail extends Pick<Letter, "subject" | "text" | "isUrgent" | "untilMs"> {
  readonly stack: string;
  readonly occurrence: string;
  /** With another text it is another mail; else there is one of its kind for each occurrence. */
  readonly isByText: boolean;
}

/** The same mail to each hostmaster, in their language. */
export function hostmasterLetters(kind: "alert" | "closed" | "result", said: HostmasterMail, mail: MailSpec): Letter[] {
  const { stack, occurrence, isByText, ...rest } = said;
  return mail.hostmasters.map((to) => ({
    id: messageIdOf(kind, [stack, occurrence, to, ...(isByText ? [rest.text] : [])], mail),
    to,
    from: mail.from,
    language: mail.language,
    ...rest,
  }));
}
