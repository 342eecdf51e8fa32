import * as z from "zod";
import { emailAddress } from "./email-address.js";
import { addressProblem } from "./host-input.js";
import { languages } from "./language.js";
import type { MailSpec } from "./mail.js";
import { parseWith } from "./parse.js";
import type { Parsed } from "./parsed.js";
import { refusedMailKeys, refusedSmtpKeys } from "./refused-keys.js";
import { checkedText, closedObject, distinctList, wholeNumber } from "./schema-tools.js";
import { secretReferenceSchema } from "./secrets-input.js";

const oneLine = (longest: number) =>
  checkedText((text) => {
    if (text.trim() === "") return "is empty: give its text, or leave the key out";
    if (/[\p{Cc}\u2028\u2029]/u.test(text)) return "must be one line of text";
    return text.length > longest ? `is too long: at most ${longest} characters` : undefined;
  });

const passwordNeed =
  "must be { config: name }: the password itself belongs into Pulumi's configuration (pulumi config set --secret NAME)";

/** `smtp` of mail.yaml. */
export const smtpSchema = closedObject(
  {
    host: checkedText(addressProblem).meta({
      title: "Host",
      description: "DNS name or IP address of the SMTP server, as its certificate has it",
      examples: ["smtp.example.org"],
    }),
    port: wholeNumber(1, 65_535, "must be a whole number from 1 to 65535").meta({
      title: "Port",
      description: "587 is usual for starttls, 465 for implicit, 25 for a relay of one's own",
      examples: [587],
    }),
    tls: z.enum(["starttls", "starttls-unverified", "implicit", "implicit-unverified", "none"]).meta({
      title: "TLS",
      description:
        "starttls (the server must offer it), implicit (from the first byte), or none; with -unverified, whoever answers is believed",
      examples: ["starttls"],
    }),
    ca: checkedText((text) =>
      /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text)
        ? undefined
        : "must be a certificate in PEM: -----BEGIN CERTIFICATE----- …",
    )
      .optional()
      .meta({
        title: "CA",
        description:
          "In PEM, the authority of one's own that signed the server's certificate; without it, public ones count",
      }),
    user: oneLine(254)
      .optional()
      .meta({
        title: "User",
        description: "Login name; without it, there is no login",
        examples: ["noreply@example.org"],
      }),
    password: z
      .strictObject(secretReferenceSchema.shape, {
        error: ({ input }) => (input === undefined ? undefined : passwordNeed),
      })
      .optional()
      .meta({
        title: "Password",
        description: "Where the login's password stands in Pulumi's configuration",
        examples: [{ config: "smtpPassword" }],
      }),
  },
  refusedSmtpKeys,
);

/** mail.yaml. */
export const mailFileSchema = closedObject(
  {
    from: closedObject({
      name: oneLine(100).meta({ title: "Name", description: "What recipients see as the sender" }),
      address: emailAddress.meta({ title: "Address", description: "Address that mails come from", format: "email" }),
    }).meta({
      title: "From",
      description: "Sender: { name, address }; mails are signed with the name",
      examples: [{ name: "Example Cooperative", address: "noreply@example.org" }],
    }),
    questions: emailAddress.meta({
      title: "Questions",
      description: "Where members ask: named in each notice, and where answers to it go",
      examples: ["support@example.org"],
    }),
    hostmasters: distinctList(emailAddress)
      .min(1, { error: () => "must name at least one address" })
      .meta({
        title: "Hostmasters",
        description: "Who gets the results of patch runs, and alerts",
        examples: [["hostmasters@example.org"]],
      }),
    language: z.enum(languages).meta({
      title: "Language",
      description: "Language of mails to hostmasters, and to members who have none: de or en",
      examples: ["de"],
    }),
    smtp: smtpSchema.meta({
      title: "SMTP server",
      description: "The server that takes the mails, with the keys below",
      examples: [
        { host: "smtp.example.org", port: 587, tls: "starttls", user: "noreply", password: { config: "smtpPassword" } },
      ],
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
  const { user, password, tls } = (input["smtp"] ?? {}) as Readonly<Record<string, unknown>>;
  const problem = (key: string, message: string) => [{ path: ["smtp", key], message }];
  if (user !== undefined && password === undefined)
    return problem("user", "has no password beside it: password: { config: name }");
  if (user === undefined && password !== undefined) return problem("password", "has no user beside it");
  if (user !== undefined && tls === "none")
    return problem("tls", "would send the password in the clear: use starttls or implicit, or no login");
  return [];
}

export function mailOf({ smtp, ...rest }: z.output<typeof mailFileSchema>): MailSpec {
  const { host, port, tls, ca, user, password } = smtp;
  return {
    ...rest,
    smtp: {
      host,
      port,
      tls: tls === "none" ? "none" : tls.startsWith("implicit") ? "implicit" : "starttls",
      isVerified: !tls.endsWith("-unverified"),
      ca,
      login: user === undefined || password === undefined ? undefined : { user, passwordConfig: password.config },
    },
  };
}
