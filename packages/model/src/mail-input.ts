import type * as z from "zod";
import { emailAddress } from "./email-address.js";
import type { MailSpec } from "./mail.js";
import { recipientsShape } from "./mail-recipients.js";
import { parseWith } from "./parse.js";
import type { Parsed } from "./parsed.js";
import { refusedMailKeys } from "./refused-keys.js";
import { closedObject } from "./schema-tools.js";
import { smtpOf, smtpProblems, smtpSchema } from "./smtp-input.js";
import { unitFailuresSchema } from "./unit-failures-input.js";

/** mail.yaml. */
export const mailFileSchema = closedObject(
  {
    from: recipientsShape.from,
    questions: emailAddress.meta({
      title: "Questions",
      description: "Where members ask: named in each notice, and where answers to it go",
      examples: ["support@example.org"],
    }),
    hostmasters: recipientsShape.hostmasters,
    language: recipientsShape.language,
    smtp: smtpSchema.meta({
      title: "SMTP server",
      description: "The server that takes the mails, with the keys below",
      examples: [
        { host: "smtp.example.org", port: 587, tls: "starttls", user: "noreply", password: { config: "smtpPassword" } },
      ],
    }),
    unitFailures: unitFailuresSchema.optional().meta({
      title: "Unit failures",
      description:
        "{ atMostEvery, sameUnitEvery, logLines }: every host tells hostmasters by itself when a unit fails on it; without it, none does",
      examples: [{ atMostEvery: "15m", sameUnitEvery: "6h", logLines: 20 }],
    }),
  },
  refusedMailKeys,
).meta({
  title: "Mail of an Allmende inventory",
  description: "mail.yaml: who is told by e-mail, from whom, over which server",
});

/** What mail.yaml says. */
export type MailInput = z.input<typeof mailFileSchema>;

/** From what users write. All findings at once. */
export function parseMail(input: unknown): Parsed<MailSpec> {
  return parseWith(mailFileSchema, input, mailProblems, mailOf);
}

/** What no single key shows: a login is whole, and its password never travels in the clear. */
export function mailProblems(input: Readonly<Record<string, unknown>>): { path: string[]; message: string }[] {
  return smtpProblems(input["smtp"], "password: { config: name }", ["smtp"]);
}

type MailFile = z.output<typeof mailFileSchema>;

export function mailOf({ smtp, unitFailures: _, ...rest }: MailFile): MailSpec {
  const { user, password } = smtp;
  const login = user === undefined || password === undefined ? undefined : { user, passwordConfig: password.config };
  return { ...rest, smtp: { ...smtpOf(smtp), login } };
}
