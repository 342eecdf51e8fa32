import type { ResourceTree } from "@allmende/host";
import { AllmendeError, type Finding } from "@allmende/model";
import { type Declaration, type DeclarationKind, parseDeclaration } from "../resources/declaration.js";
import { secretPaths } from "../resources/effects.js";
import { renderDeclaration } from "../resources/identity.js";
import { addExpected } from "../resources/outputs.js";
import type { Run } from "../run/run.js";
import type { Properties } from "../schema/property.js";
import {
  isMap,
  isResourceReference,
  mapAt,
  type PropertyMap,
  type PropertyPath,
  renderPath,
  secret,
} from "../wire/values.js";
import { kindOfUrn } from "./resource-request.js";

export interface CheckResult {
  /** The inputs, with everything marked secret that has to be. */
  readonly inputs: PropertyMap;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

/**
 * Judges a resource, alone and together with what its host has to carry already. Reads a host's RAM when it is not declared.
 * What a healthy host would show is noted beside the inputs of what the state knows already (`isKnown`): a new resource has
 * nothing that could differ from it, and a thousand of them cost the engine a second.
 */
export async function checkResource(run: Run, urn: string, news: PropertyMap, isKnown: boolean): Promise<CheckResult> {
  const { kind, type } = kindOfUrn(urn);
  const inputs = markSecrets(type.properties, news);
  const references = Object.entries(news).filter(([, value]) => isResourceReference(value));
  if (references.length > 0) {
    const failures = references.map(([property]) => ({
      property,
      reason: "must be what is declared about it, not the resource itself: see the type's documentation",
    }));
    return { inputs, failures };
  }
  const { declaration, findings, isRenderable } = parseDeclaration(kind, news);
  const all: Finding[] = [...findings];
  if (declaration !== undefined) {
    const ramBytes = kind === "service" ? await run.reportedRam(declaration.host, urn) : undefined;
    const ofHost = run.declared.add(urn, declaration, ramBytes);
    all.push(...ofHost.map((finding) => seenFromResource(declaration, finding)));
  }
  const rendered = declaration && isRenderable && all.length === 0 ? renderChecked(declaration) : undefined;
  if (rendered instanceof AllmendeError) all.push({ path: [], message: rendered.message });
  const isComplete = rendered !== undefined && !(rendered instanceof AllmendeError);
  return {
    inputs: isKnown && isComplete ? addExpected(inputs, rendered) : inputs,
    failures: all.map((finding) => renderFailure(type.properties, finding)),
  };
}

/** Its files, or why they cannot be written: what no schema knows, such as a value that a unit file cannot hold. */
function renderChecked(declaration: Declaration): ResourceTree | AllmendeError {
  try {
    return renderDeclaration(declaration);
  } catch (error) {
    if (error instanceof AllmendeError) return error;
    throw error;
  }
}

/** Marks what is secret by its nature, also where the program did not. */
export function markSecrets(properties: Properties, inputs: PropertyMap): PropertyMap {
  return secretPaths(properties).reduce<PropertyMap>(
    (marked, path) =>
      mapAt(marked, path, (value) =>
        isMap(value) && "value" in value ? markValue(value) : secret(value),
      ) as PropertyMap,
    inputs,
  );
}

/** `{ value, as }`: how a secret reaches the container is none. */
function markValue(value: PropertyMap): PropertyMap {
  return mapAt(value, ["value"], secret) as PropertyMap;
}

/** A finding about the host's inventory as one about the resource: what concerns the host itself says which one. */
function seenFromResource({ kind, host }: Declaration, { message, ...finding }: Finding): Finding {
  const isOfHost = finding.path[0] === "host";
  return {
    ...finding,
    path: ownPath(kind, finding.path),
    message: isOfHost ? `${host.name}: ${message}` : message,
  };
}

/** A path in the host's inventory (`services`, `anna-blog`, `ports`, `web`), seen from the resource. */
function ownPath(kind: DeclarationKind, path: PropertyPath): PropertyPath {
  if (path[0] === "host") return kind === "service" ? ["ram"] : [];
  const rest = path.slice(2);
  const isOwn = path[0] === `${kind}s`;
  if (isOwn) return rest.length > 0 ? rest : ["name"];
  return kind === "service" ? ["member", ...rest] : rest;
}

/**
 * The engine prints the value of a property that a failure names. Where a secret may be in it, and the program did not
 * mark it, the failure names no property, but says its path in words.
 */
export function renderFailure(properties: Properties, { path, message }: Finding): CheckResult["failures"][number] {
  const name = String(path[0] ?? "");
  if (!Object.hasOwn(properties, name)) return { property: "", reason: message };
  const holdsSecret = secretPaths(properties).some((each) => each[0] === name);
  if (holdsSecret && path.length === 1) return { property: "", reason: `${name} ${message}` };
  return { property: renderPath(path), reason: message };
}
