import type { Language } from "@allmende/model";
import type { FieldValue, TemplateField } from "./template.js";

export type ParsedFieldValue =
  | { readonly ok: true; readonly value: FieldValue }
  | { readonly ok: false; readonly message: string };

/**
 * What a member typed, or what stands in a request's file, as the field's value. The message never repeats a secret. Nothing typed at all
 * is not a value: leave the field out, then its default counts.
 */
export function parseFieldValue(_field: TemplateField, _input: unknown, _language: Language): ParsedFieldValue {
  throw new Error("not made yet");
}
