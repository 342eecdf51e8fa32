import * as z from "zod";
import { emailAddress } from "./email-address.js";
import { languages } from "./language.js";
import { closedObject, distinctList } from "./schema-tools.js";
import { oneLine } from "./smtp-input.js";

/** Who writes to the hostmasters, in which language. */
export const recipientsShape = {
  from: closedObject({
    name: oneLine(100).meta({ title: "Name", description: "What recipients see as the sender" }),
    address: emailAddress.meta({ title: "Address", description: "Address that mails come from", format: "email" }),
  }).meta({
    title: "From",
    description: "Sender: { name, address }; mails are signed with the name",
    examples: [{ name: "Example Cooperative", address: "noreply@example.org" }],
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
};
