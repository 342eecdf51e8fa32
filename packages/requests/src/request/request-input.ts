import {
  checkedText,
  closedObject,
  emailProblem,
  jsonSchemaOf,
  labelPattern,
  parsePeriod,
  serviceNameProblem,
  UserError,
  wholeNumber,
  workKinds,
} from "@allmende/model";
import * as z from "zod";

const line = (longest = 200) =>
  checkedText((text) => {
    if (text.trim() === "") return "is empty: write it, or leave the key out";
    if (/[\p{Cc}\u2028\u2029]/u.test(text)) return "must be one line of text";
    return text.length > longest ? `is too long: at most ${longest} characters` : undefined;
  });

const label = (what: string) =>
  checkedText((text) =>
    new RegExp(labelPattern).test(text) && text.length <= 63
      ? undefined
      : `must be the name of ${what}: lower-case letters, digits and hyphens`,
  );

const day = checkedText((text) => {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text);
  return isDay ? undefined : "must be a day, such as 2026-11-27";
});

const instant = checkedText((text) => {
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(text);
  return isInstant && !Number.isNaN(Date.parse(text)) ? undefined : "must be a time such as 2026-11-24T15:30Z";
});

const period = checkedText((text) => {
  try {
    parsePeriod(text);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
});

const id = checkedText((text) =>
  /^[a-z0-9][a-z0-9-]{0,99}$/.test(text) ? undefined : "must be the name of a request, without .yaml",
);

/** Values are checked by the template's fields; here only that nothing but plain values stands there. */
const values = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,62}$/, { error: () => "is no name of a field" }),
  z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()], {
    error: ({ input }) => (input === undefined ? undefined : "must be text, a number, true or false"),
  }),
);

const service = checkedText(serviceNameProblem).meta({ description: "name of the service" });

const base = {
  member: label("a member").meta({ description: "name of the member whose it is" }),
  askedBy: checkedText((text) => emailProblem(text)).meta({ description: "e-mail address of whoever asks" }),
  askedAt: instant.meta({ description: "when it was asked, such as 2026-11-24T15:30Z" }),
  date: day.meta({ description: "day from which on it is in effect, such as 2026-11-27" }),
  kind: closedObject({
    is: z.enum(workKinds),
    reason: line(500).meta({ description: "why the rules are wrong about it" }),
    by: line().meta({ description: "who decided that" }),
  }).optional(),
  reverts: id.optional(),
};

const createSchema = closedObject({
  change: z.literal("create"),
  ...base,
  service,
  template: label("a template").meta({ description: "name of a template" }),
  host: label("a host").meta({ description: "host that it is to run on" }),
  level: label("a service level").optional(),
  values: values.meta({ description: "what the template's fields are filled in with" }),
});

const changeSchema = closedObject({
  change: z.literal("change"),
  ...base,
  service,
  host: label("a host").optional(),
  level: label("a service level").optional(),
  values: values.optional(),
});

const endSchema = closedObject({ change: z.literal("end"), ...base, service });

const workSchema = closedObject({
  change: z.literal("work"),
  ...base,
  title: line().meta({ description: "what is to be done, in one line" }),
  description: z.string().max(10_000).optional().meta({ description: "more about it, several lines" }),
  service: service.optional(),
  interrupted: z.boolean().optional().meta({ description: "something that ran does not, or runs worse" }),
  outsideService: z.boolean().optional().meta({
    description: "concerns what the cooperative does not run for the member",
  }),
  ours: z.boolean().optional().meta({ description: "the cooperative's own work, for everybody" }),
  targetDate: day.optional().meta({ description: "day by which it is to be done, such as 2026-12-24" }),
  fixedPrice: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,2})?$/, { error: () => 'must be an amount in quotes, such as "450.00"' })
    .optional()
    .meta({ description: "all that it costs, in the tariff's currency; it is not billed by effort then" }),
  estimate: period.optional().meta({ description: "how long it takes, such as 90m or 2h" }),
  effort: z
    .array(
      closedObject({
        start: instant.meta({ description: "when it began, such as 2026-11-24T15:30Z" }),
        minutes: wholeNumber(1, 1440, "must be a whole number of minutes from 1 to 1440"),
        by: line().meta({ description: "who did it" }),
      }),
    )
    .optional()
    .meta({ description: "time that was spent on it; written here once it was" }),
  done: z.boolean().optional().meta({ description: "nothing more is to be done" }),
});

/** By what is asked for: requests/ID.yaml. */
export const requestSchemas = { create: createSchema, change: changeSchema, end: endSchema, work: workSchema };

/** JSON Schema (draft 7) of requests/*.yaml, for editors. */
export function requestJsonSchema(): object {
  return {
    ...jsonSchemaOf(z.discriminatedUnion("change", [createSchema, changeSchema, endSchema, workSchema])),
    title: "Request of a member",
    description: "requests/ID.yaml: a service, another state or the end of one, or work",
  };
}
