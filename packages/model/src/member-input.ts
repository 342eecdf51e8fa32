import * as z from "zod";
import { ageRecipient } from "./age-recipient.js";
import { emailAddress } from "./email-address.js";
import { highestMemberNumber } from "./identity.js";
import { languages } from "./language.js";
import { memberNamePattern, memberNameProblem } from "./names.js";
import { refusedMemberKeys } from "./refused-keys.js";
import { checkedText, closedObject, wholeNumber } from "./schema-tools.js";

export const memberNameSchema = checkedText(memberNameProblem).meta({
  title: "Name",
  description: "The member's name: also their Linux user and a part of host names",
  examples: ["anna"],
  pattern: memberNamePattern,
});

/** A member of the cooperative, as users write it. */
export const memberInputSchema = closedObject(
  {
    name: memberNameSchema,
    number: wholeNumber(
      1,
      highestMemberNumber,
      `must be a whole number from 1 to ${highestMemberNumber}, the number in the register of members`,
    ).meta({
      title: "Number",
      description: "Number in the cooperative's register, never given to anyone else: user ids follow from it",
      examples: [1042],
    }),
    email: emailAddress.optional().meta({
      title: "E-mail",
      description: "Where the member is told of patch windows; without it they are not",
      examples: ["anna@example.org"],
    }),
    language: z
      .enum(languages)
      .optional()
      .meta({
        title: "Language",
        description: "Language of mails to the member: de or en; without it, the one in mail.yaml",
        examples: ["de"],
      }),
    ageRecipient: ageRecipient.optional().meta({
      title: "Recipient for age",
      description:
        "Public key (X25519) of the member's for age: passwords that templates make reach them by mail encrypted to it; without it, hostmasters show them",
      examples: ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"],
    }),
  },
  refusedMemberKeys,
).meta({ title: "Member", description: "A member of the cooperative" });

export type MemberInput = z.input<typeof memberInputSchema>;
