import { type ImageReference, parseImage } from "@allmende/model";
import type { Template, TemplateField } from "../template/template.js";
import type { FieldValues } from "./request.js";

/** An image that a request holds, and the newer version that a request of today would get. */
export interface OlderImage {
  readonly field: TemplateField;
  readonly image: string;
  readonly preset: string;
}

/** Images that are an older version of what the template has as default now. Another image than the template's is nobody's to compare. */
export function olderImages({ fields }: Pick<Template, "fields">, values: FieldValues): OlderImage[] {
  return fields.flatMap((field) => {
    const image = values[field.name];
    const preset = field.default;
    if (field.type !== "image" || typeof image !== "string" || typeof preset !== "string") return [];
    return isOlder(image, preset) ? [{ field, image, preset }] : [];
  });
}

/** Told by the numbers of their tags, first to last: `16-alpine` is older than `17-alpine`. False where numbers do not tell. */
function isOlder(one: string, other: string): boolean {
  const [first, second] = [attempt(one), attempt(other)];
  if (first === undefined || second === undefined) return false;
  if (first.registry !== second.registry || first.repository !== second.repository) return false;
  const [former, latter] = [numbersOf(first), numbersOf(second)];
  const at = former.findIndex((number, index) => number !== latter[index]);
  const [mine, theirs] = [former[at], latter[at]];
  return mine !== undefined && theirs !== undefined && mine < theirs;
}

function numbersOf({ tag = "" }: ImageReference): number[] {
  return [...tag.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}

/** What a file holds may be no image at all: that is said elsewhere. */
function attempt(text: string): ImageReference | undefined {
  try {
    return parseImage(text);
  } catch {
    return undefined;
  }
}
