import {
  checkedText,
  closedObject,
  parseImage,
  serviceInputSchema,
  variablePattern,
  wholeNumber,
} from "@allmende/model";
import * as z from "zod";
import { acceptedText, fieldName, ramText, textsSchema } from "./field-schema.js";

const { shape } = serviceInputSchema;

/** What is added to the name of the request: short, since a service's name has an end. */
const serviceKeyPattern = "^[a-z][a-z0-9]{0,14}$";
const serviceKey = checkedText((key) =>
  new RegExp(serviceKeyPattern).test(key)
    ? undefined
    : "cannot name a service of a template: up to 15 lower-case letters and digits, a letter first",
).meta({ pattern: serviceKeyPattern });

const field = closedObject({ field: fieldName.meta({ description: "Name of a field: its value stands here" }) });
const service = closedObject({
  service: serviceKey.meta({ description: "Another service of the template: its name stands here" }),
});

/** A value, or what `names` lists in its place. */
function either<Options extends readonly [z.ZodType, ...z.ZodType[]]>(options: Options, message: string) {
  return z.union(options, { error: (issue) => (issue.input === undefined ? undefined : message) });
}

const port = wholeNumber(1, 65_535, "must be a whole number from 1 to 65535");
const portOrField = either([port, field], "must be a port, or { field: NAME }");
const as = z.enum(["file", "environment"]).optional();
const word = checkedText((text) => (text.includes("\0") ? "may not have a NUL character in it" : undefined));
const variable = checkedText((name) =>
  new RegExp(variablePattern).test(name) ? undefined : "cannot name a variable: letters, digits and underscores",
).meta({ pattern: variablePattern });

/** A service of template.yaml. */
const templateServiceSchema = closedObject(
  {
    image: either([acceptedText(parseImage), field], "must be an image, or { field: NAME }").meta({
      title: "Image",
      description: "Image to run, or the field that names it",
      examples: [{ field: "image" }],
    }),
    ram: either([ramText, field], "must be an amount of RAM such as 512MiB, or { field: NAME }").meta({
      title: "RAM",
      description: "RAM allocation, or the field (a size) that says it",
      examples: [{ field: "ram" }],
    }),
    command: z
      .array(either([word, field], "must be text, or { field: NAME }"))
      .min(1, { error: () => "must have at least one word" })
      .optional()
      .meta({ title: "Command", description: "Replaces the image's command; a list of words" }),
    user: shape.user,
    ports: z
      .record(
        z.string(),
        closedObject({
          host: portOrField,
          container: portOrField,
          protocol: z.enum(["tcp", "udp"]).optional(),
        }),
      )
      .optional()
      .meta({
        title: "Ports",
        description: "Published ports by name: host and container",
        examples: [{ web: { host: { field: "port" }, container: 8080 } }],
      }),
    volumes: shape.volumes,
    tmpfs: shape.tmpfs,
    environment: z
      .record(
        variable,
        either(
          [word, z.number(), z.boolean(), field, service],
          "must be text, a number, true or false, { field: NAME } or { service: NAME }",
        ),
      )
      .optional()
      .meta({
        title: "Environment",
        description: "Variables; a whole value may be a field's, or the name of another service of the template",
        examples: [{ DB_HOST: { service: "database" } }],
      }),
    secrets: z
      .record(
        variable,
        either(
          [
            closedObject({
              generate: fieldName.meta({ description: "Generated once; the same name is the same value" }),
              bytes: wholeNumber(16, 256, "must be a whole number from 16 to 256").optional(),
              tell: textsSchema.optional().meta({
                description:
                  "What it is for. The member is told it, encrypted; without it, it is internal and nobody is",
                examples: [{ de: "Passwort des Benutzers postgres", en: "Password of the user postgres" }],
              }),
              as,
            }),
            closedObject({ field: fieldName.meta({ description: "A field of type secret" }), as }),
          ],
          "must be { generate: NAME } or { field: NAME }",
        ),
      )
      .optional()
      .meta({
        title: "Secrets",
        description: "Secrets by name: generated ones, or those that a member hands over",
        examples: [{ POSTGRES_PASSWORD: { generate: "databasePassword" } }],
      }),
    health: shape.health,
    writableRoot: either([z.boolean(), field], "must be true or false, or { field: NAME }")
      .optional()
      .meta({ title: "Writable root", description: "Lets the service write anywhere in its image; lost at a restart" }),
    capabilities: shape.capabilities,
    pidsLimit: shape.pidsLimit,
    network: z.enum(["member"]).optional().meta({
      title: "Network",
      description:
        "member: on the network that the member's services share (an application and its database from two templates). Without it, several services of one template share a network of their own, and a single one has none",
    }),
    after: z
      .array(serviceKey)
      .optional()
      .meta({
        title: "After",
        description: "Services of the template that are to be healthy before this one starts",
        examples: [["database"]],
      }),
  },
  {
    networks: 'is not a key here: services of one template share a network of their own, or "network: member"',
    deleteData: "is not a template's to say",
    replaces: "is not a template's to say",
    member: "comes from the request",
    host: "comes from the request",
    name: "comes from the request",
    dependsOn: 'is not a key here: use "after"',
  },
);

export const templateServicesSchema = z.record(serviceKey, templateServiceSchema);
