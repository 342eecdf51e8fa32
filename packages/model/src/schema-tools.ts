import * as z from "zod";
import { UserError } from "./errors.js";
import { bare, didYouMean } from "./suggestion.js";

/** Help that editors show, and from which the reference in README.md is made. */
export interface Help {
  readonly title: string;
  readonly description: string;
  readonly examples?: readonly unknown[];
  /** Further JSON Schema keywords, such as `pattern`. */
  readonly [keyword: string]: unknown;
}

/**
 * An object with these keys and no others. A key in `refused` (compared without case, `-`, `_`) is answered with its reason,
 * any other unknown key with the nearest known one. One line per key: `findingsOf` makes a finding of each.
 */
export function closedObject<Shape extends z.core.$ZodShape>(
  shape: Shape,
  refused: Readonly<Record<string, string>> = {},
): z.ZodObject<z.core.util.Writeable<Shape>, z.core.$strict> {
  const known = Object.keys(shape);
  const reasons = new Map(Object.entries(refused).map(([key, reason]) => [bare(key), reason]));
  const explain = (key: string): string =>
    reasons.get(bare(key)) ?? `is not a known key${didYouMean(key, known) || `; known here: ${known.join(", ")}`}`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? issue.keys.map(explain).join("\n") : undefined),
  });
}

/** Text for which `problemOf` finds no problem. */
export function checkedText(problemOf: (text: string) => string | undefined): z.ZodString {
  return z.string().superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

/** One certain word beside values of another kind; `message` says what all of them are. */
export function keyword<Word extends string>(word: Word, message: string): z.ZodType<Word, Word> {
  // Not z.literal: where an object was meant, its complaint would hide what is wrong with the object.
  const text = checkedText((written) => (written === word ? undefined : message)).meta({ const: word });
  return text as unknown as z.ZodType<Word, Word>;
}

/** Text that `parse` turns into a value; its UserError becomes the finding. */
export function parsedText<T>(
  parse: (text: string) => T,
  help: Help,
): z.ZodPipe<z.ZodString, z.ZodTransform<T, string>> {
  const problemOf = (text: string): string | undefined => {
    try {
      parse(text);
      return undefined;
    } catch (error) {
      if (error instanceof UserError) return error.message;
      throw error;
    }
  };
  // A number where text belongs (`ram: 512`) most often lacks its unit, which `parse` says better than "must be text".
  const error = ({ input }: { readonly input?: unknown }) =>
    typeof input === "number" ? problemOf(String(input)) : undefined;
  // Help stands on the inner text: that is the side that JSON Schema shows.
  return z
    .string({ error })
    .meta(help as Record<string, unknown>)
    .transform((text, context): T => {
      const message = problemOf(text);
      if (message === undefined) return parse(text);
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });
}

/** A whole number from `least` to `most`; `message` says so in the field's own words. */
export function wholeNumber(least: number, most: number, message: string): z.ZodNumber {
  const options = { error: ({ input }: { readonly input?: unknown }) => (input === undefined ? undefined : message) };
  return z.number(options).int(options).min(least, options).max(most, options);
}

/** A list in which nothing stands twice. */
export function distinctList<Item extends z.ZodType<unknown, unknown>>(item: Item): z.ZodArray<Item> {
  return z.array(item).superRefine((list, context) => {
    list.forEach((entry, index) => {
      if (list.indexOf(entry) !== index)
        context.addIssue({ code: "custom", path: [index], message: "stands here twice" });
    });
  });
}
