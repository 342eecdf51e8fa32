import * as z from "zod";
import { variableNameProblem, variablePattern } from "./names.js";
import { checkedText, closedObject } from "./schema-tools.js";
import type { SecretSpec } from "./specs.js";

const as = z.enum(["file", "environment"]).optional().meta({
  description: "file: /run/secrets/NAME, read-only (the default); environment: a variable of the container's process",
});

/** Podman's own limit for a secret. */
const mostSecretBytes = 512_000;

const value = checkedText((text) => {
  if (text === "") return "is empty: give the secret's value";
  return text.length > mostSecretBytes ? `is too long for a secret: at most ${mostSecretBytes} bytes` : undefined;
});

const unresolved = "still names a value of Pulumi's configuration: it must be replaced with that value first";

/** A secret's value that stands in Pulumi's configuration instead of the inventory. */
export const secretReferenceSchema = closedObject({
  config: checkedText((name) =>
    /^[A-Za-z][A-Za-z0-9_.:-]*$/.test(name) ? undefined : "must be the name of a configuration value, such as apiKey",
  ).meta({
    description: "Name of the value in Pulumi's configuration (pulumi config set --secret NAME)",
    examples: ["apiKey"],
  }),
});
export type SecretReference = z.output<typeof secretReferenceSchema>;

/** Always refused, but with the reason, which "unknown key" would hide. */
const unresolvedReference = secretReferenceSchema.transform((_, context): never => {
  context.addIssue({ code: "custom", message: unresolved });
  return z.NEVER;
});

const saying = (message: string) => ({
  error: (issue: { readonly input?: unknown }) => (issue.input === undefined ? undefined : message),
});
const text = value.meta({ description: "The secret's value" });
const plainText = value.meta({
  description: "The value in plain text: better in Pulumi's configuration, { config: name }",
});
const plain = z.union([text, unresolvedReference], saying("must be the secret's text"));
const referred = z.union(
  [plainText, secretReferenceSchema],
  saying("must be { config: name } (better) or the secret's text"),
);

const resolved = z.union(
  [text, unresolvedReference, closedObject({ value: plain, as })],
  saying("must be the secret's text, or { value, as }"),
);
const referable = z.union(
  [plainText, secretReferenceSchema, closedObject({ value: referred, as })],
  saying("must be { config: name } (better), the secret's text, or { value, as }"),
);

const name = checkedText(variableNameProblem).meta({ pattern: variablePattern });
export const secretsSchema = z.record(name, resolved);
/** As in a file of the inventory: values may be references. */
export const referableSecretsSchema = z.record(name, referable);
export const passwordSchema = plain;
export const referablePasswordSchema = referred;

export function isReference(input: unknown): input is SecretReference {
  return typeof input === "object" && input !== null && typeof (input as { config?: unknown }).config === "string";
}

export function secretsOf(secrets: z.output<typeof secretsSchema> = {}): Record<string, SecretSpec> {
  return Object.fromEntries(
    Object.entries(secrets).map(([key, secret]) => [
      key,
      typeof secret === "string" ? { value: secret, as: "file" } : { value: secret.value, as: secret.as ?? "file" },
    ]),
  );
}
