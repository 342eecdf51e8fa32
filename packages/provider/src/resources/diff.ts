import { isDeepStrictEqual } from "node:util";
import type { ResourceType } from "../schema/property.js";
import { containsSecret, isMap, type PropertyMap, type PropertyPath, renderPath, revealMap } from "../wire/values.js";
import { type Declaration, type DeclarationKind, parseDeclaration } from "./declaration.js";
import { findDrift } from "./drift.js";
import { effectAt, secretPaths } from "./effects.js";
import { declaredInputs } from "./outputs.js";
import { diffValues, type ValueDifference } from "./property-diff.js";

export type DiffKind = "add" | "delete" | "update";

export interface DetailedDifference {
  readonly kind: DiffKind;
  readonly isReplacement: boolean;
  /** Declared differently, as opposed to really being different. */
  readonly isInput: boolean;
}

export interface ResourceDiff {
  /** By property path as Pulumi writes it. Empty: nothing to do. */
  readonly details: ReadonlyMap<string, DetailedDifference>;
  /** The RAM allocation is all that differs: no restart is needed. */
  readonly isLiveOnly: boolean;
}

/** What `diffResource` compares; maps as the engine sends them. */
export interface DiffArguments {
  readonly type: ResourceType;
  readonly kind: DeclarationKind;
  readonly oldInputs: PropertyMap;
  readonly newInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly ignoreChanges?: readonly string[];
}

/**
 * What differs between the declaration and the state, property by property, and what differs between the state
 * and a healthy host (drift, found by the last refresh). Pure.
 */
export function diffResource(options: DiffArguments): ResourceDiff {
  const { type, kind, oldOutputs, ignoreChanges = [] } = options;
  const [oldInputs, newInputs] = [declaredInputs(options.oldInputs), declaredInputs(options.newInputs)];
  const old = parseDeclaration(kind, oldInputs).declaration;
  const { declaration: now, unknown, isRenderable } = parseDeclaration(kind, newInputs);
  const isSame = (path: PropertyPath) => unknown.length === 0 && meansTheSame(path, old, now);
  const differences = [
    ...diffValues(revealMap(oldInputs), revealMap(newInputs)).filter(({ path }) => !isSame(path)),
    ...newlySecret(oldInputs, newInputs),
  ].filter(({ path }) => !ignoreChanges.some((ignored) => isBeneath(renderPath(path), ignored)));
  if (now !== undefined && isRenderable && areUnreadSecrets(type, differences) && showsAll(now, oldOutputs)) {
    return { details: new Map(), isLiveOnly: false };
  }
  const effects = new Set<string>();
  const details = new Map<string, DetailedDifference>();
  for (const { path, kind: differenceKind } of differences) {
    const effect = effectAt(type.properties, path);
    effects.add(effect);
    details.set(renderPath(path), { kind: differenceKind, isReplacement: effect === "replace", isInput: true });
  }
  const drift = old === undefined ? [] : findDrift(old, oldOutputs);
  for (const { path, kind: driftKind } of drift) {
    details.set(renderPath(path), { kind: driftKind, isReplacement: false, isInput: false });
  }
  const isLiveOnly = drift.length === 0 && effects.has("live") && [...effects].every(isQuiet);
  return { details, isLiveOnly };
}

/**
 * An import cannot read secrets, so to the state they are new. When the host shows exactly what the declaration renders,
 * they are the ones that are there.
 */
function areUnreadSecrets(type: ResourceType, differences: readonly ValueDifference[]): boolean {
  const secrets = new Set(secretPaths(type.properties).map(([property]) => property));
  return differences.length > 0 && differences.every(({ path, kind }) => kind === "add" && secrets.has(path[0] ?? ""));
}

function showsAll(declaration: Declaration, outputs: PropertyMap): boolean {
  return isMap(outputs["digests"]) && findDrift(declaration, outputs).length === 0;
}

const isQuiet = (effect: string) => effect === "live" || effect === "record";

/** Another way to write the same: `512MiB` and `0.5GiB`, `8080` and `8080:8080`. */
function meansTheSame(path: PropertyPath, old: Declaration | undefined, now: Declaration | undefined): boolean {
  if (old === undefined || now === undefined) return false;
  const name = String(path[0]);
  return isDeepStrictEqual(specPart(old, name), specPart(now, name));
}

/** The normalised part of a declaration that an input property determines. */
function specPart(declaration: Declaration, property: string): unknown {
  if (property === "host" && declaration.kind !== "host") return declaration.host;
  const own = declaration[declaration.kind as "host"] as unknown as Record<string, unknown>;
  if (
    declaration.kind === "host" &&
    !["name", "ram", "reserve", "patching", "unitFailures", "labels"].includes(property)
  )
    return declaration.host.connection;
  if (property === "member" && declaration.kind === "service") return declaration.member;
  return own[{ ram: "ramBytes", reserve: "reserveBytes" }[property] ?? property];
}

/** A value that only becomes a secret is the same to the host, but the state must be written anew. */
function newlySecret(oldInputs: PropertyMap, newInputs: PropertyMap): ValueDifference[] {
  return Object.entries(newInputs)
    .filter(([name, value]) => {
      const before = oldInputs[name];
      return before !== undefined && containsSecret(value) && !containsSecret(before);
    })
    .map(([name]) => ({ path: [name], kind: "update" }));
}

function isBeneath(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`);
}
