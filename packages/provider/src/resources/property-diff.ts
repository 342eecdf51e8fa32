import { isMap, type PropertyMap, type PropertyPath, type PropertyValue } from "../wire/values.js";

/** One place where two values differ. */
export interface ValueDifference {
  readonly path: PropertyPath;
  readonly kind: "add" | "delete" | "update";
}

/** Every innermost place where two values differ, in the order of the new one. */
export function diffValues(
  old: PropertyValue | undefined,
  now: PropertyValue | undefined,
  path: PropertyPath = [],
): ValueDifference[] {
  if (old === undefined) return now === undefined ? [] : [{ path, kind: "add" }];
  if (now === undefined) return [{ path, kind: "delete" }];
  if (isMap(old) && isMap(now)) {
    const names = [...new Set([...Object.keys(now), ...Object.keys(old)])];
    return names.flatMap((name) => diffValues(own(old, name), own(now, name), [...path, name]));
  }
  if (Array.isArray(old) && Array.isArray(now)) {
    const length = Math.max(old.length, now.length);
    return Array.from({ length }, (_, index) => diffValues(old[index], now[index], [...path, index])).flat();
  }
  return old === now ? [] : [{ path, kind: "update" }];
}

function own(map: PropertyMap, name: string): PropertyValue | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
