import * as z from "zod";
import { addressProblem } from "./address.js";
import type { SmtpSpec } from "./mail.js";
import { refusedSmtpKeys } from "./refused-keys.js";
import { checkedText, closedObject, wholeNumber } from "./schema-tools.js";
import { secretReferenceSchema } from "./secrets-input.js";

export const oneLine = (longest: number) =>
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

/** What no single key shows: a login is whole, and its password never travels in the clear. `how`: an example of a password. */
export function smtpProblems(smtp: unknown, how: string, base: string[]): { path: string[]; message: string }[] {
  const { user, password, tls } = (smtp ?? {}) as Readonly<Record<string, unknown>>;
  const problem = (key: string, message: string) => [{ path: [...base, key], message }];
  if (user !== undefined && password === undefined) return problem("user", `has no password beside it: ${how}`);
  if (user === undefined && password !== undefined) return problem("password", "has no user beside it");
  if (user !== undefined && tls === "none")
    return problem("tls", "would send the password in the clear: use starttls or implicit, or no login");
  return [];
}

export function smtpOf({
  host,
  port,
  tls,
  ca,
}: Omit<z.output<typeof smtpSchema>, "password">): Omit<SmtpSpec, "login"> {
  return {
    host,
    port,
    tls: tls === "none" ? "none" : tls.startsWith("implicit") ? "implicit" : "starttls",
    isVerified: !tls.endsWith("-unverified"),
    ca,
  };
}
