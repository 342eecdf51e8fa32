import { isDeepStrictEqual } from "node:util";
import type { ApplyResult, Change, HostFacts, ResourceId, ResourceObservation, ResourceTree } from "@allmende/host";
import { ConnectError, UserError } from "@allmende/model";
import type { Declaration } from "../resources/declaration.js";
import { describe, expectedOf, pulumiId, resourceId } from "../resources/identity.js";
import { declaredInputs, renderOutputs } from "../resources/outputs.js";
import type { Run } from "../run/run.js";
import { Cancelled, PartialFailure } from "../wire/errors.js";
import { type PropertyMap, revealMap } from "../wire/values.js";
import { CustomTimeout, withinCustomTimeout } from "./custom-timeout.js";
import { describeRemovedOverrides } from "./removed-overrides.js";

/** One resource to be brought to its host. */
export interface PutRequest {
  readonly urn: string;
  readonly declaration: Declaration;
  readonly tree: ResourceTree;
  /** Checked inputs, to become part of the outputs. */
  readonly inputs: PropertyMap;
  /** Resize only. */
  readonly liveOnly?: boolean;
  /** Seconds that the program gives it; 0: as long as it takes. */
  readonly timeoutSeconds: number;
  /** What the state says so far; undefined when it is new. */
  readonly previous?: { readonly inputs: PropertyMap; readonly outputs: PropertyMap };
}

/** Applies one resource and returns its outputs. A failure says what exists nevertheless: see `PartialFailure`. */
export async function putResource(run: Run, request: PutRequest): Promise<PropertyMap> {
  const { declaration, tree, urn, liveOnly, timeoutSeconds } = request;
  const change = { kind: "put", tree, ...(liveOnly === true ? { liveOnly } : {}) } as const;
  let result: ApplyResult;
  try {
    const submitted = submitPut(run, declaration, change, (message) => run.progress(message, urn));
    result = await withinCustomTimeout(submitted, declaration, timeoutSeconds);
  } catch (error) {
    throw await afterFailure(run, request, error, wasBegun(error));
  }
  if (result.state === "failed") throw await afterFailure(run, request, result.error, true);
  const { observation = expectedOf(tree) } = result;
  const outputs = renderOutputs(request.inputs, tree, observation, await factsOf(run, declaration));
  for (const line of describeRemovedOverrides(request.previous?.outputs, outputs)) run.log("warning", line, urn);
  return outputs;
}

/**
 * A port may be another service's that gives it up: the one that this one replaces, or one that the program has moved to
 * another port. The engine may send that one's change later than this one; it is not waited for, but told to make way.
 */
async function submitPut(
  run: Run,
  declaration: Declaration,
  change: Extract<Change, { kind: "put" }>,
  onProgress: (message: string) => void,
): Promise<ApplyResult> {
  const { host } = declaration;
  const session = run.session(host);
  const takesOverFrom = replacedBy(declaration);
  const result = await session.submit(host, { ...change, takesOverFrom }, onProgress);
  const holder = result.state === "failed" ? result.portHolder : undefined;
  // Two services with one port do not pass the check, so a declared holder is declared without it.
  if (holder === undefined || session.hasFailed(holder) || !run.declared.isDeclared(host, holder)) return result;
  return session.submit(host, { ...change, takesOverFrom: [...takesOverFrom, holder] }, onProgress);
}

function replacedBy(declaration: Declaration): ResourceId[] {
  if (declaration.kind !== "service" || declaration.service.replaces === undefined) return [];
  return [`service/${declaration.member.name}/${declaration.service.replaces}`];
}

/** What a transaction saw at its end costs nothing; facts that cannot be had must not fail what succeeded. */
async function factsOf(run: Run, { kind, host }: Declaration): Promise<HostFacts | undefined> {
  if (kind !== "host") return undefined;
  return run
    .session(host)
    .inspect(host)
    .then(
      ({ facts }) => facts,
      () => undefined,
    );
}

/** May the host have been changed? A connection that was lost says nothing; one that never was made, or a key that is not there, says no. */
function wasBegun(error: unknown): boolean {
  if (error instanceof Cancelled || error instanceof UserError) return false;
  return !(error instanceof ConnectError) || error.code === "connection-lost";
}

/**
 * The error to report: the plain one when the host shows what it showed before (Pulumi then keeps its state as it
 * was), else a partial failure with what is there now.
 */
async function afterFailure(run: Run, request: PutRequest, error: unknown, begun: boolean): Promise<unknown> {
  if (!begun) return error;
  const { declaration, previous } = request;
  const id = pulumiId(declaration);
  const inputs = previous?.inputs ?? request.inputs;
  // To look at the host would be to wait for the transaction. Recorded without what is there, the next run makes it so.
  if (error instanceof CustomTimeout) return new PartialFailure(error, id, declaredInputs(inputs), inputs);
  let found: ResourceObservation | undefined;
  let facts: HostFacts | undefined;
  try {
    const observation = await run.session(declaration.host).inspect(declaration.host);
    found = observation.resources.get(resourceId(declaration));
    facts = declaration.kind === "host" ? observation.facts : undefined;
  } catch {
    // Nobody knows what is there. Recording it is the safe side: the next run looks, and deleting it is harmless.
    run.log("warning", `What became of ${describe(declaration)} is not known: the host does not answer.`, request.urn);
    return new PartialFailure(error, id, declaredInputs(inputs), inputs);
  }
  if (found === undefined) {
    return previous === undefined ? error : new PartialFailure(error, id, { ...inputs, digests: {}, live: {} }, inputs);
  }
  const outputs = renderOutputs(inputs, request.tree, found, facts);
  return previous !== undefined && showsTheSame(previous.outputs, outputs)
    ? error
    : new PartialFailure(error, id, outputs, inputs);
}

function showsTheSame(one: PropertyMap, other: PropertyMap): boolean {
  const shown = ({ digests, live }: PropertyMap) => revealMap({ digests: digests ?? {}, live: live ?? {} });
  return isDeepStrictEqual(shown(one), shown(other));
}
