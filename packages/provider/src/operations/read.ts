import { parseDeclaration } from "../resources/declaration.js";
import { pulumiId, renderDeclaration, resourceId } from "../resources/identity.js";
import { renderOutputs } from "../resources/outputs.js";
import type { Run } from "../run/run.js";
import type { PropertyMap } from "../wire/values.js";
import { importResource } from "./import.js";
import { kindOfUrn } from "./resource-request.js";

export interface ReadResult {
  /** Empty: it is gone. */
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

export const gone: ReadResult = { id: "", inputs: {}, outputs: {} };

/** What is really there. A host that does not answer is an error, never "gone". */
export async function readResource(run: Run, urn: string, id: string, inputs: PropertyMap): Promise<ReadResult> {
  const { kind } = kindOfUrn(urn);
  const { declaration } = parseDeclaration(kind, inputs);
  // Without inputs it is an import, or somebody else's resource that a program looks up.
  if (declaration === undefined) return importResource(run, kind, id);
  const { facts, resources } = await run.session(declaration.host).inspect(declaration.host);
  const observation = resources.get(resourceId(declaration));
  if (observation === undefined) return gone;
  const tree = renderDeclaration(declaration);
  const outputs = renderOutputs(inputs, tree, observation, kind === "host" ? facts : undefined);
  return { id: pulumiId(declaration), inputs, outputs };
}
