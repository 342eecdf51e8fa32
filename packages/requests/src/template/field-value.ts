import { domainToASCII } from "node:url";
import {
  emailProblem,
  type ImageReference,
  type Language,
  parseImage,
  parseRam,
  ramPattern,
  renderRam,
} from "@allmende/model";
import { messages } from "./messages.js";
import type { FieldType, FieldValue, TemplateField } from "./template.js";

export type ParsedFieldValue =
  | { readonly ok: true; readonly value: FieldValue }
  | { readonly ok: false; readonly message: string };

type Words = (typeof messages)["en"];
type Of<Type extends FieldType> = Extract<TemplateField, { readonly type: Type }>;

/** Longer than any field allows, in characters; nothing below has to look at hostile megabytes. */
const longestInput = 10_000;

/**
 * What a member typed, or what stands in a request's file, as the field's value. Nothing is changed but the notation of numbers, amounts and
 * yes or no. The message never repeats what was typed. Nothing typed at all is not a value: then the field's default counts.
 */
export function parseFieldValue(field: TemplateField, input: unknown, language: Language): ParsedFieldValue {
  const words = messages[language];
  if (typeof input === "string" && input.length > longestInput) return refused(words.length(0, longestInput));
  switch (field.type) {
    case "boolean":
      return truth(input, words.boolean);
    case "secret":
      return truth(input, words.secret);
    case "port":
    case "integer":
      return wholeNumber(field, input, words);
    default:
      return typeof input === "string" ? text(field, input, words) : refused(words.text);
  }
}

type NumberField = Of<"port" | "integer">;
type TextField = Exclude<TemplateField, NumberField | Of<"boolean" | "secret">>;

function text(field: TextField, input: string, words: Words): ParsedFieldValue {
  switch (field.type) {
    case "domain":
      return outcome(input, domainProblem(input, words));
    case "email":
      return outcome(input, input.length > 254 || emailProblem(input) !== undefined ? words.email : undefined);
    case "gitUrl":
      return outcome(input, gitUrlProblem(field, input, words));
    case "image":
      return outcome(input, imageProblem(field, input, words));
    case "choice": {
      const values = field.options.map(({ value }) => value);
      return outcome(input, values.includes(input) ? undefined : words.choice(values.join(", ")));
    }
    case "text":
      return outcome(input, textProblem(field, input, words));
    case "size":
      return size(field, input, words);
  }
}

function outcome(value: FieldValue, problem: string | undefined): ParsedFieldValue {
  return problem === undefined ? { ok: true, value } : refused(problem);
}

function refused(message: string): ParsedFieldValue {
  return { ok: false, message };
}

const truthWords = new Map<unknown, boolean>([
  ...[true, "true", "yes", "ja"].map((word) => [word, true] as const),
  ...[false, "false", "no", "nein"].map((word) => [word, false] as const),
]);

function truth(input: unknown, message: string): ParsedFieldValue {
  const value = truthWords.get(typeof input === "string" ? input.toLowerCase() : input);
  return value === undefined ? refused(message) : { ok: true, value };
}

function wholeNumber(field: NumberField, input: unknown, words: Words): ParsedFieldValue {
  const value = typeof input === "string" && /^(0|-?[1-9][0-9]{0,15})$/.test(input) ? Number(input) : input;
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return refused(words.wholeNumber);
  const inside = value >= field.minimum && value <= field.maximum;
  // Minus zero is a number that YAML writes otherwise than people do.
  return inside ? { ok: true, value: value + 0 } : refused(words.range(field.minimum, field.maximum));
}

function size(field: Of<"size">, input: string, words: Words): ParsedFieldValue {
  const bytes = attempt(() => parseRam(input));
  const { minimumBytes, maximumBytes } = field;
  if (bytes !== undefined && bytes >= minimumBytes && bytes <= (maximumBytes ?? bytes))
    return { ok: true, value: input };
  // Less or more than any service may have is well written all the same.
  if (!new RegExp(ramPattern).test(input)) return refused(words.size);
  const nearBytes = bytes === undefined ? wholeMebibytes(input) : undefined;
  if (nearBytes !== undefined && nearBytes >= minimumBytes && nearBytes <= (maximumBytes ?? nearBytes))
    return refused(words.sizePages(`${nearBytes / 2 ** 20}MiB`));
  const least = renderRam(minimumBytes);
  return refused(maximumBytes === undefined ? words.atLeast(least) : words.range(least, renderRam(maximumBytes)));
}

const scales = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

/** The whole number of MiB that is next to an amount and not above it, in bytes; undefined: more than any service may have. */
function wholeMebibytes(amount: string): number | undefined {
  const scale = scales[amount.at(-3) as keyof typeof scales];
  const bytes = Math.floor((Number.parseFloat(amount) * scale) / scales.M) * scales.M;
  return attempt(() => parseRam(renderRam(bytes)));
}

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const hostName = new RegExp(`^(?:${label}\\.)+(?=.*[a-z])${label}$`);

function domainProblem(input: string, words: Words): string | undefined {
  if (/[^\0-\x7f]/.test(input)) return words.domainAscii(asciiOf(input));
  if (input.length <= 253 && hostName.test(input)) return undefined;
  return input.length <= 253 && hostName.test(input.toLowerCase()) ? words.domainUpperCase : words.domain;
}

/** A domain name with other letters in the form in which DNS has it; undefined: it has none. */
function asciiOf(input: string): string | undefined {
  const ascii = input.length <= 253 ? domainToASCII(input) : "";
  return ascii.length <= 253 && hostName.test(ascii) ? ascii : undefined;
}

/** What Git may be told to fetch: an https address without a login, of which nothing can become an option, another protocol or another line. */
function gitUrlProblem(field: Of<"gitUrl">, input: string, words: Words): string | undefined {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(input)) return words.oneLine;
  if (/[^\0-\x7f]/.test(input)) return words.gitAscii;
  if (!input.startsWith("https://")) return words.gitProtocol;
  if (/^https:\/\/[^/]*@/.test(input)) return words.gitLogin;
  const [, host = "", port, path = ""] =
    /^https:\/\/([a-z0-9.-]+)(?::([0-9]{1,5}))?\/([A-Za-z0-9._~/-]+)$/.exec(input) ?? [];
  const parts = path.split("/");
  const plain = parts.every((part) => part !== "" && !/^[.-]/.test(part));
  if (input.length > 500 || !hostName.test(host) || !plain || Number(port ?? 443) > 65_535) return words.gitUrl;
  return field.hosts === undefined || field.hosts.includes(port === undefined ? host : `${host}:${port}`)
    ? undefined
    : words.gitHost(field.hosts.join(", "));
}

function imageProblem(field: Of<"image">, input: string, words: Words): string | undefined {
  const image = attempt(() => parseImage(input));
  if (image === undefined) return /:latest$/.test(input) ? words.imageVersion : words.image;
  // Podman's generator takes such a name for a unit of its own.
  if (/\.(image|build)$/.test(input)) return words.image;
  return field.registries.some((allowed) => isFrom(image, allowed))
    ? undefined
    : words.registry(field.registries.join(", "));
}

function isFrom({ registry, repository }: ImageReference, allowed: string): boolean {
  return `${registry}/${repository}` === allowed || `${registry}/${repository}`.startsWith(`${allowed}/`);
}

function textProblem(field: Of<"text">, input: string, words: Words): string | undefined {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(input)) return words.oneLine;
  if (/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u.test(input)) return words.invisible;
  if (input !== input.trim()) return words.blanks;
  const length = [...input].length;
  const { minimumLength, maximumLength } = field;
  return length >= minimumLength && length <= maximumLength ? undefined : words.length(minimumLength, maximumLength);
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
