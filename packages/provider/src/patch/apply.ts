import { UserError } from "@allmende/model";
import type { Created } from "../operations/create.js";
import type { ReadResult } from "../operations/read.js";
import type { Run } from "../run/run.js";
import { patchRunType } from "../schema/patch-run-type.js";
import { PartialFailure } from "../wire/errors.js";
import { type PropertyMap, unknownValue } from "../wire/values.js";
import { declaredInputs, type PatchRunDeclaration, patchRunId } from "./declaration.js";
import { describeUndone } from "./diff.js";
import { describeNext } from "./due.js";
import { describeEarlier, describeHeld, failureOf, outputsOfRun } from "./outcome.js";
import { previewPatchRun } from "./preview.js";

/** What of a resource is to be made true, and how it was so far. */
export interface PatchRunRequest {
  readonly urn: string;
  /** Checked; `occurrence` among them when one is due. */
  readonly inputs: PropertyMap;
  /** What the state says; undefined for a new one. */
  readonly oldOutputs: PropertyMap | undefined;
  readonly preview: boolean;
}

/**
 * Takes part in the run of what is due, and gives its result as outputs. With nothing due no host is touched, and what was true stays. In a preview
 * hosts are only read. Throws PartialFailure when a run on the host has begun and is not done.
 */
export async function applyPatchRun(run: Run, request: PatchRunRequest): Promise<Created> {
  const { urn, inputs, oldOutputs = {}, preview } = request;
  const occurrence = typeof inputs["occurrence"] === "string" ? inputs["occurrence"] : undefined;
  const declared = declaredInputs(inputs);
  const declaration = run.patchRuns.declared(urn);
  if (declaration === undefined) {
    if (preview) return { id: "", outputs: { ...declared, ...unknownOutputs } };
    throw notDeclared(urn);
  }
  const id = patchRunId(declaration);
  if (occurrence === undefined) {
    // After a failed update the engine asks for no diff, but for this: it is not to be forgotten here either.
    const undone = describeUndone(inputs, oldOutputs);
    if (undone !== undefined) run.log("warning", undone, urn);
    if (preview) run.progress(`${declaration.window.name} is closed: ${describeNext(declaration, Date.now())}`, urn);
    return { id, outputs: { ...declared, ...observed(oldOutputs) } };
  }
  if (preview) {
    await previewPatchRun(run, urn, declaration, occurrence);
    return { id, outputs: { ...declared, ...unknownOutputs, occurrence } };
  }
  return { id, outputs: { ...declared, ...(await takePart(run, request, declaration, occurrence)) } };
}

async function takePart(
  run: Run,
  { urn, inputs }: PatchRunRequest,
  declaration: PatchRunDeclaration,
  occurrence: string,
): Promise<PropertyMap> {
  const end = await run.patchRuns.join(declaration, occurrence, {
    onProgress: (message) => run.progress(message, urn),
    onInfo: (message) => run.log("info", message, urn),
    onWarning: (message) => run.log("warning", message, urn),
  });
  if (end === undefined) throw notInPlan(declaration, occurrence);
  const earlier = describeEarlier(end.result);
  if (earlier !== undefined) run.log("info", earlier, urn);
  for (const line of describeHeld(end.result)) run.log("warning", line, urn);
  const failure = failureOf(occurrence, end);
  if (failure?.outputs !== undefined) {
    const outputs = { ...declaredInputs(inputs), ...failure.outputs };
    throw new PartialFailure(failure.error, patchRunId(declaration), outputs, inputs);
  }
  if (failure !== undefined) throw failure.error;
  if (!("run" in end.result)) return {};
  return { ...outputsOfRun(occurrence, end.result.run), ...(end.untold && { untold: true }) };
}

/** The state has what the last run reported; hosts are asked by `allmende patch status`. */
export function readPatchRun(id: string, inputs: PropertyMap, outputs: PropertyMap): ReadResult {
  if (Object.keys(outputs).length > 0) return { id, inputs, outputs };
  throw new UserError("A patch run cannot be imported: it is what happened in an opening of a window.", {
    code: "no-import",
    concerns: id,
    nextStep: "Declare it. On a host that has done the run before, its report is taken and nothing is done again.",
  });
}

const unknownOutputs: PropertyMap = Object.fromEntries(
  Object.keys(patchRunType.outputs).map((name) => [name, unknownValue]),
);

/** What the last run has left in the state. */
function observed(outputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => Object.hasOwn(patchRunType.outputs, name)));
}

function notDeclared(urn: string): UserError {
  return new UserError("The patch run is not declared completely.", {
    code: "bad-inputs",
    concerns: urn,
    nextStep: "Run `pulumi preview`, and correct what it says.",
  });
}

function notInPlan({ window, host }: PatchRunDeclaration, occurrence: string): UserError {
  return new UserError(`${host.name} is not among the hosts with which the run ${occurrence} has begun.`, {
    code: "not-in-plan",
    concerns: host.name,
    nextStep: `Give all resources of ${window.name} the same hosts.`,
  });
}
