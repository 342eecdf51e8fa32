import { closedObject, jsonSchemaOf, parsePeriod, periodPattern } from "@allmende/model";
import * as z from "zod";
import { acceptedText, fieldName, fieldSchema, textsSchema } from "./field-schema.js";
import { templateServicesSchema } from "./service-schema.js";

/** `NAME/template.yaml`. */
export const templateFileSchema = closedObject(
  {
    title: textsSchema.meta({ title: "Title", description: "What a member gets, in a few words" }),
    help: textsSchema.meta({ title: "Help", description: "For whom it is, and what a member has to bring" }),
    reach: textsSchema.optional().meta({
      title: "Reach",
      description:
        "How a member reaches it, for the mail that says it is there: {host} is its host's address, {service} its name, {port} the value of a field (of type domain, port, integer or choice)",
    }),
    leadTime: acceptedText(parsePeriod)
      .optional()
      .meta({
        title: "Lead time",
        description: "Time between request and start; without it, the cooperative's configuration says",
        examples: ["2d"],
        pattern: periodPattern,
      }),
    fields: z.record(fieldName, fieldSchema).meta({
      title: "Fields",
      description: "What a member fills in, in this order",
    }),
    services: templateServicesSchema.meta({
      title: "Services",
      description: "What it makes; main gets the name of the request, others NAME-KEY",
    }),
  },
  {
    name: "is not a key here: the name of the folder is the name",
    ram: 'is not a key here: each service has its "ram", with { field: NAME } for a field of type size',
    values: 'is not a key here: use "fields"',
  },
).meta({
  title: "Template of a service",
  description: "template.yaml: what a member fills in, and the services made of it",
});

/** JSON Schema (draft 7) of template.yaml, for editors. */
export function templateJsonSchema(): object {
  return jsonSchemaOf(templateFileSchema);
}
