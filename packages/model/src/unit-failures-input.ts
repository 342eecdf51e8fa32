import type * as z from "zod";
import { parsePeriod, periodPattern } from "./duration.js";
import { recipientsShape } from "./mail-recipients.js";
import { refusedSmtpKeys } from "./refused-keys.js";
import { closedObject, parsedText, wholeNumber } from "./schema-tools.js";
import { oneLine, smtpOf, smtpProblems, smtpSchema } from "./smtp-input.js";
import type { UnitFailuresSpec } from "./specs.js";

const period = (title: string, description: string, example: string) =>
  parsedText(parsePeriod, { title, description, examples: [example], pattern: periodPattern });

const limitsShape = {
  atMostEvery: period(
    "At most every",
    "Between two mails of one host; what fails meanwhile is counted, and named in the next",
    "15m",
  ),
  sameUnitEvery: period(
    "Same unit every",
    "How long after a mail the same unit is no reason for another; what it does meanwhile is counted, and named in the next",
    "6h",
  ),
  logLines: wholeNumber(0, 200, "must be a whole number from 0 to 200").meta({
    title: "Log lines",
    description: "So many last lines of a failed system unit's log are in the mail; of members' services none ever is",
    examples: [20],
  }),
};

/** `unitFailures` of mail.yaml. */
export const unitFailuresSchema = closedObject(limitsShape);

/** `unitFailures` of a host: nothing else is known there, so all that a mail needs. */
export const hostUnitFailuresSchema = closedObject({
  ...recipientsShape,
  smtp: closedObject(
    {
      ...smtpSchema.shape,
      password: oneLine(1000).optional().meta({ title: "Password", description: "The login's password" }),
    },
    refusedSmtpKeys,
  ).meta({ title: "SMTP server", description: "The server that takes the mails" }),
  ...limitsShape,
});

export type HostUnitFailuresInput = z.input<typeof hostUnitFailuresSchema>;

export function unitFailuresProblems(input: unknown): { path: string[]; message: string }[] {
  const { smtp } = (input ?? {}) as { readonly smtp?: unknown };
  return smtpProblems(smtp, "its text, a secret", ["unitFailures", "smtp"]);
}

export function unitFailuresOf(input: z.output<typeof hostUnitFailuresSchema>): UnitFailuresSpec {
  const { smtp, atMostEvery, sameUnitEvery, ...rest } = input;
  const { user, password } = smtp;
  const login = user === undefined || password === undefined ? undefined : { user, password };
  return {
    ...rest,
    smtp: { ...smtpOf(smtp), login },
    atMostEverySeconds: atMostEvery,
    sameUnitEverySeconds: sameUnitEvery,
  };
}
