import { isDeepStrictEqual } from "node:util";
import { parseDeclaration } from "../resources/declaration.js";
import { diffResource } from "../resources/diff.js";
import { expectedOf, renderDeclaration } from "../resources/identity.js";
import { addExpected, declaredInputs } from "../resources/outputs.js";
import type { Run } from "../run/run.js";
import { type PropertyMap, unknownValue } from "../wire/values.js";
import { putResource } from "./put.js";
import { kindOfUrn, requireDeclaration } from "./resource-request.js";

export interface UpdateRequest {
  readonly urn: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly newInputs: PropertyMap;
  /** Seconds that the program gives it; 0: as long as it takes. */
  readonly timeoutSeconds: number;
}

/**
 * Makes the host what the declaration says. What only has its connection declared anew is not touched; but the host itself
 * must answer there with the pinned key before that is recorded.
 */
export async function updateResource(run: Run, request: UpdateRequest): Promise<PropertyMap> {
  const { urn, oldInputs, oldOutputs, newInputs, timeoutSeconds } = request;
  const { kind, type } = kindOfUrn(urn);
  const declaration = requireDeclaration(kind, newInputs, urn);
  const tree = renderDeclaration(declaration);
  const old = parseDeclaration(kind, oldInputs).declaration;
  const { details, isLiveOnly: liveOnly } = diffResource({ type, kind, oldInputs, newInputs, oldOutputs });
  const isRecordOnly =
    // Nothing differs, and yet the engine asks: the last try was cut off, and has to be brought to its end.
    details.size > 0 &&
    old !== undefined &&
    oldOutputs["digests"] !== undefined &&
    [...details.values()].every(({ isInput }) => isInput) &&
    isDeepStrictEqual(expectedOf(renderDeclaration(old)), expectedOf(tree));
  if (isRecordOnly) {
    const isReachedAnew = !isDeepStrictEqual(old.host.connection, declaration.host.connection);
    if (kind === "host" && isReachedAnew) await run.session(declaration.host).inspect(declaration.host);
    return keepObserved(type.outputs, newInputs, oldOutputs);
  }
  const previous = { inputs: oldInputs, outputs: oldOutputs };
  return putResource(run, { urn, declaration, tree, inputs: newInputs, liveOnly, previous, timeoutSeconds });
}

/** What `updateResource` will return, as far as that is known. Touches no host. */
export function previewUpdate({ urn, oldOutputs, newInputs }: UpdateRequest): PropertyMap {
  const { kind, type } = kindOfUrn(urn);
  const { declaration, isRenderable } = parseDeclaration(kind, newInputs);
  if (declaration === undefined || !isRenderable) {
    return { ...newInputs, ...Object.fromEntries(Object.keys(type.outputs).map((name) => [name, unknownValue])) };
  }
  const tree = renderDeclaration(declaration);
  return {
    ...keepObserved(type.outputs, newInputs, oldOutputs),
    ...addExpected(newInputs, tree),
  };
}

function keepObserved(outputs: object, inputs: PropertyMap, oldOutputs: PropertyMap): PropertyMap {
  const kept = Object.keys(outputs).filter((name) => oldOutputs[name] !== undefined);
  return {
    ...declaredInputs(inputs),
    ...Object.fromEntries(kept.map((name) => [name, oldOutputs[name] as PropertyMap])),
  };
}
