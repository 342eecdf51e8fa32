import { parseDeclaration } from "../resources/declaration.js";
import { pulumiId, renderDeclaration } from "../resources/identity.js";
import { addExpected } from "../resources/outputs.js";
import type { Run } from "../run/run.js";
import { type PropertyMap, unknownValue } from "../wire/values.js";
import { describeCreation } from "./meaning.js";
import { putResource } from "./put.js";
import { kindOfUrn, requireDeclaration } from "./resource-request.js";

export interface Created {
  /** Empty when it is not known yet. */
  readonly id: string;
  readonly outputs: PropertyMap;
}

/**
 * Brings a new resource to its host, within `timeoutSeconds` (0: as long as it takes). What is there already, as after a run
 * that was killed, is adopted.
 */
export async function createResource(
  run: Run,
  urn: string,
  inputs: PropertyMap,
  timeoutSeconds: number,
): Promise<Created> {
  const declaration = requireDeclaration(kindOfUrn(urn).kind, inputs, urn);
  const tree = renderDeclaration(declaration);
  const outputs = await putResource(run, { urn, declaration, tree, inputs, timeoutSeconds });
  return { id: pulumiId(declaration), outputs };
}

/** What `createResource` will return, as far as that is known. Touches no host but to read its RAM. */
export async function previewCreation(run: Run, urn: string, inputs: PropertyMap): Promise<Created> {
  const { kind, type } = kindOfUrn(urn);
  const { declaration, isRenderable } = parseDeclaration(kind, inputs);
  const allUnknown = Object.fromEntries(Object.keys(type.outputs).map((name) => [name, unknownValue]));
  if (declaration === undefined) return { id: "", outputs: { ...inputs, ...allUnknown } };
  const tree = renderDeclaration(declaration);
  run.progress(await describeCreation(run, urn, declaration, tree), urn);
  // A host's facts are known once it is there.
  const known = { ...allUnknown, ...addExpected(inputs, tree) };
  return { id: pulumiId(declaration), outputs: isRenderable ? known : { ...inputs, ...allUnknown } };
}
