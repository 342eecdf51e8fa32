import { checkedText, closedObject, parseRam, ramPattern, UserError, wholeNumber } from "@allmende/model";
import * as z from "zod";
import { fieldTypes } from "./template.js";

/** Names of fields and of generated secrets: no hyphens, which join them to the service's name. */
const fieldNamePattern = "^[a-z][A-Za-z0-9]{0,39}$";

const text = checkedText((written) => {
  if (written.trim() === "") return "is empty";
  return written.length > 2000 ? "is too long: at most 2000 characters" : undefined;
});

/** A text in both languages. */
export const textsSchema = closedObject({
  de: text.meta({ description: "German" }),
  en: text.meta({ description: "English" }),
});

export const fieldName = checkedText((name) =>
  new RegExp(fieldNamePattern).test(name)
    ? undefined
    : "cannot name a field or secret: letters and digits, a lower-case letter first, at most 40",
).meta({ pattern: fieldNamePattern });

/** Text that `parse` accepts, kept as it was written. */
export function acceptedText(parse: (written: string) => unknown): z.ZodString {
  return checkedText((written) => {
    try {
      parse(written);
      return undefined;
    } catch (error) {
      if (error instanceof UserError) return error.message;
      throw error;
    }
  });
}

export const ramText = acceptedText(parseRam).meta({ pattern: ramPattern, examples: ["512MiB"] });

const common = {
  label: textsSchema.meta({ title: "Label", description: "What the field is called, in a few words" }),
  help: textsSchema.meta({ title: "Help", description: "What a member should know to fill it in" }),
  advanced: z.boolean().optional().meta({
    title: "Advanced",
    description: "Most members keep the default: asked only on request",
    default: false,
  }),
};
const required = z.boolean().optional().meta({
  title: "Required",
  description: "false: may stay empty, and what it would fill is left out",
  default: true,
});
const presetText = z.string().optional().meta({ title: "Default", description: "Used when nothing is filled in" });
const count = (least: number, what: string) => wholeNumber(least, 1_000_000, `must be a whole number: ${what}`);
const integer = wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, "must be a whole number");
const port = wholeNumber(1, 65_535, "must be a port, a whole number from 1 to 65535");

function list<Item extends z.ZodType>(item: Item, description: string) {
  const empty = { error: () => "is empty" };
  return z
    .array(item)
    .min(1, empty)
    .max(100, { error: () => "is too long: at most 100" })
    .optional()
    .meta({
      title: description,
      description,
    });
}

const place = checkedText((written) =>
  /^[a-z0-9.-]+(:[0-9]{1,5})?(\/[a-z0-9._/-]+)?$/.test(written) ? undefined : "must be a registry, such as docker.io",
);

const shapes = {
  domain: { default: presetText, required },
  email: { default: presetText, required },
  secret: { required },
  boolean: { default: z.boolean().optional(), required },
  gitUrl: { default: presetText, required, hosts: list(place, "Hosts that are allowed; without it, any") },
  image: {
    default: presetText,
    required,
    registries: list(place, "Registries that are allowed, instead of those of the catalogue"),
  },
  port: { default: port.optional(), required, minimum: port.optional(), maximum: port.optional() },
  integer: { default: integer.optional(), required, minimum: integer.optional(), maximum: integer.optional() },
  size: { default: ramText.optional(), required, minimum: ramText.optional(), maximum: ramText.optional() },
  text: {
    default: presetText,
    required,
    minimumLength: count(0, "the fewest characters").optional(),
    maximumLength: count(1, "the most characters").optional(),
  },
  choice: {
    default: presetText,
    required,
    options: z
      .array(closedObject({ value: text, label: textsSchema }))
      .min(1, { error: () => "must offer something" })
      .meta({ title: "Options", description: "What can be chosen: a value, and a label in both languages" }),
  },
} as const satisfies Record<(typeof fieldTypes)[number], z.core.$ZodShape>;

const kinds = `must be one of ${fieldTypes.join(", ")}`;

/** A field of template.yaml; what no single key shows is checked when it is parsed. */
export const fieldSchema = z.discriminatedUnion(
  "type",
  [
    closedObject({ type: z.literal("domain"), ...common, ...shapes.domain }),
    closedObject({ type: z.literal("port"), ...common, ...shapes.port }),
    closedObject({ type: z.literal("size"), ...common, ...shapes.size }),
    closedObject({ type: z.literal("choice"), ...common, ...shapes.choice }),
    closedObject({ type: z.literal("secret"), ...common, ...shapes.secret }),
    closedObject({ type: z.literal("email"), ...common, ...shapes.email }),
    closedObject({ type: z.literal("gitUrl"), ...common, ...shapes.gitUrl }),
    closedObject({ type: z.literal("image"), ...common, ...shapes.image }),
    closedObject({ type: z.literal("text"), ...common, ...shapes.text }),
    closedObject({ type: z.literal("integer"), ...common, ...shapes.integer }),
    closedObject({ type: z.literal("boolean"), ...common, ...shapes.boolean }),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? kinds : undefined) },
);
export type FieldInput = z.output<typeof fieldSchema>;
