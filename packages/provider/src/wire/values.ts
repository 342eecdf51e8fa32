/** Property values as Pulumi's engine writes them: JSON with markers for secrets and unknown values. */
export type PropertyValue = null | boolean | number | string | readonly PropertyValue[] | PropertyMap;
export interface PropertyMap {
  readonly [name: string]: PropertyValue;
}
/** Where a value sits, outermost first. */
export type PropertyPath = readonly (string | number)[];

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";

/** Stands for a value that is not known before another resource was created. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Is it an object, and no list? */
export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Is it a value that the engine keeps encrypted and never shows? */
export function isSecret(value: PropertyValue | undefined): value is PropertyMap & { readonly value: PropertyValue } {
  return isMap(value) && value[signatureKey] === secretSignature;
}

/** Is it a reference to another resource, which no property of ours takes? */
export function isResourceReference(value: PropertyValue | undefined): boolean {
  return isMap(value) && value[signatureKey] === resourceSignature;
}

/** The value as a secret; what is one already stays as it is. */
export function secret(value: PropertyValue): PropertyMap {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/** The value without any secret or output marker. Unknown values stay `unknownValue`. */
function reveal(value: PropertyValue): PropertyValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reveal);
  const map = value as PropertyMap;
  if (isSecret(map)) return reveal(map.value);
  if (map[signatureKey] === outputSignature) return map["value"] === undefined ? unknownValue : reveal(map["value"]);
  return Object.fromEntries(Object.entries(map).map(([key, inner]) => [key, reveal(inner)]));
}

/** `reveal` for a whole resource. */
export function revealMap(map: PropertyMap): PropertyMap {
  return reveal(map) as PropertyMap;
}

/** Is anything in it a secret? */
export function containsSecret(value: PropertyValue): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isMap(value) && Object.values(value).some(containsSecret);
}

/** Paths of all values that are not known yet, in a revealed value. */
export function unknownPaths(value: PropertyValue, path: PropertyPath = []): PropertyPath[] {
  if (value === unknownValue) return [path];
  if (Array.isArray(value)) return value.flatMap((inner, index) => unknownPaths(inner, [...path, index]));
  if (isMap(value)) return Object.entries(value).flatMap(([key, inner]) => unknownPaths(inner, [...path, key]));
  return [];
}

/** A path as Pulumi writes it: `ports.web`, `digests["/etc/a.conf"]`, `command[0]`. */
export function renderPath(path: PropertyPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** A copy of the value with `change` applied to what sits at `path`; nothing there, nothing changes. `*` is every key. */
export function mapAt(
  value: PropertyValue,
  path: PropertyPath,
  change: (value: PropertyValue) => PropertyValue,
): PropertyValue {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  // What holds a secret as a whole stays one.
  if (!isMap(value) || isSecret(value)) return value;
  const keys = step === "*" ? Object.keys(value) : Object.hasOwn(value, step) ? [String(step)] : [];
  if (keys.length === 0) return value;
  const changed = keys.map((key) => [key, mapAt(value[key] as PropertyValue, rest, change)] as const);
  return { ...value, ...Object.fromEntries(changed) };
}

/** JSON without `undefined`, which protocol buffers cannot carry. */
export function toPropertyMap(value: object): PropertyMap {
  return JSON.parse(JSON.stringify(value)) as PropertyMap;
}
