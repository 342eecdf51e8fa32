import { objectTypes } from "../schema/object-types.js";
import type { ChangeEffect, Properties, PropertyType } from "../schema/property.js";
import type { PropertyPath } from "../wire/values.js";
import { memoizeByIdentity } from "./memo.js";

/** What a change at `path` means, by the schema's rows: the innermost row that says something. */
export function effectAt(properties: Properties, path: PropertyPath): ChangeEffect {
  const [name, ...rest] = path;
  const row = properties[String(name)];
  if (row === undefined) return "restart";
  const inner = innerProperties(row.type);
  const innerName = rest[0];
  if (inner !== undefined && innerName !== undefined && inner[String(innerName)]?.effect !== undefined) {
    return effectAt(inner, rest);
  }
  return row.effect ?? "restart";
}

function innerProperties(type: PropertyType): Properties | undefined {
  return typeof type === "object" && "object" in type ? objectTypes[type.object]?.properties : undefined;
}

/** Paths of all properties that are secret by their row; `*` stands for every key of a map. */
export const secretPaths = memoizeByIdentity((properties: Properties): readonly PropertyPath[] =>
  Object.entries(properties).flatMap(([name, row]) => {
    if (row.secret === true) return [typeof row.type === "object" && "map" in row.type ? [name, "*"] : [name]];
    const inner = innerProperties(row.type);
    return inner === undefined ? [] : secretPaths(inner).map((path) => [name, ...path]);
  }),
);
