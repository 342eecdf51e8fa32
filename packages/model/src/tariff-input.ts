import * as z from "zod";
import { selectorSchema } from "./labels.js";
import { labelPattern } from "./names.js";
import { checkedText, closedObject } from "./schema-tools.js";
import type { TariffSpec } from "./tariff.js";
import { type WorkKind, workKinds } from "./work.js";

const pricePattern = "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,4})?$";

/** An amount of money in the tariff's currency. */
const price = z
  .string({
    error: ({ input }) =>
      typeof input === "number" ? 'must be text, so that nothing rounds it: put it in quotes, "4.50"' : undefined,
  })
  .regex(new RegExp(pricePattern), { error: () => 'must be an amount such as "4.50"' });

/** One line of text in each language that members read. */
export const textsSchema = closedObject({ de: oneLine(), en: oneLine() });

export function oneLine(longest = 200): z.ZodString {
  return checkedText((text) => {
    if (text.trim() === "") return "is empty";
    if (/[\p{Cc}\u2028\u2029]/u.test(text)) return "must be one line of text";
    return text.length > longest ? `is too long: at most ${longest} characters` : undefined;
  });
}

const levelNameSchema = checkedText((name) =>
  new RegExp(labelPattern).test(name) && name.length <= 30
    ? undefined
    : "cannot name a service level: lower-case letters, digits and hyphens, a letter first, at most 30 characters",
);

const level = closedObject({
  title: textsSchema.meta({ title: "Title", description: "What members see, in German (de) and English (en)" }),
  price: price.meta({ title: "Price", description: "For each application and month", examples: ["5.00"] }),
  hosts: selectorSchema.meta({
    title: "Hosts",
    description: "Hosts that are run on this level: all, or labels and their values",
    examples: ["all", { level: "gold" }],
  }),
});

/** tariff.yaml. */
export const tariffFileSchema = closedObject({
  currency: checkedText((text) =>
    Intl.supportedValuesOf("currency").includes(text) ? undefined : "must be a currency of ISO 4217, such as EUR",
  ).meta({ title: "Currency", description: "Currency of all prices, by its code in ISO 4217", examples: ["EUR"] }),
  ram: price.meta({
    title: "RAM",
    description: "Price of 1 GiB of RAM for a month, in quotes",
    examples: ["4.00"],
  }),
  lastMinuteSurcharge: price.meta({
    title: "Last-minute surcharge",
    description: "Once, for a request that is to take effect sooner than its lead time",
    examples: ["25.00"],
  }),
  levels: z
    .record(levelNameSchema, level)
    .optional()
    .meta({
      title: "Service levels",
      description: "Levels by name, the lowest first: { title, price, hosts }; a request names one",
      examples: [{ basic: { title: { de: "Einfach", en: "Basic" }, price: "0.00", hosts: "all" } }],
    }),
  hourlyRates: z
    .partialRecord(z.enum(workKinds), price)
    .optional()
    .meta({
      title: "Hourly rates",
      description: "Price of an hour, by kind of work; a kind without one is not billed by effort",
      examples: [{ maintenance: "80.00" }],
    }),
}).meta({
  title: "Tariff of an Allmende inventory",
  description: "tariff.yaml: what the cooperative charges its members",
});

export function tariffOf({
  ram,
  levels = {},
  hourlyRates = {},
  ...rest
}: z.output<typeof tariffFileSchema>): TariffSpec {
  return {
    ...rest,
    ramPrice: ram,
    levels: Object.entries(levels).map(([name, each]) => ({ name, ...each })),
    hourlyRates: hourlyRates as Partial<Record<WorkKind, string>>,
  };
}
