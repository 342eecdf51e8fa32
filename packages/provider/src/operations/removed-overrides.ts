import { isMap, type PropertyMap, revealMap } from "../wire/values.js";

/** What overrode a unit when the state was read and does so no more: somebody put it there, so each is a line that stays. Pure. */
export function describeRemovedOverrides(previous: PropertyMap | undefined, now: PropertyMap): string[] {
  const left = new Set(dropInsOf(now));
  return dropInsOf(previous ?? {})
    .filter((path) => !left.has(path))
    .map((path) => `removed ${path}, which nobody declared; its last copy is /var/lib/allmende/removed${path}.tar`);
}

function dropInsOf(outputs: PropertyMap): string[] {
  const { live } = revealMap(outputs);
  const paths = isMap(live) ? live["dropIns"] : undefined;
  return Array.isArray(paths) ? paths.map(String) : [];
}
