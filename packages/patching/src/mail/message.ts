import type { SendMailOptions } from "nodemailer";
import { type Letter, oneLine } from "./letter.js";

/** A letter as nodemailer sends it: plain text alone, in lines that every server takes, marked as written by a program. */
export function messageOf({ id, to, from, replyTo, subject, text, language, isUrgent }: Letter): SendMailOptions {
  return {
    // Said apart from the headers: nothing in a text can add a recipient.
    envelope: { from: from.address, to: [to] },
    from: { name: oneLine(from.name), address: from.address },
    to: { name: "", address: to },
    ...(replyTo !== undefined && { replyTo: { name: "", address: replyTo } }),
    subject: oneLine(subject),
    text,
    encoding: "quoted-printable",
    messageId: `<${id}>`,
    headers: {
      // RFC 3834: no holiday notes in answer.
      "Auto-Submitted": "auto-generated",
      "Content-Language": language,
    },
    ...(isUrgent && { priority: "high" as const }),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
