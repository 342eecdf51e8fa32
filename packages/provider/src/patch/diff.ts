import type { DetailedDifference, ResourceDiff } from "../resources/diff.js";
import { isMap, type PropertyMap, revealMap } from "../wire/values.js";

/**
 * Whether something is due that the state does not know as done, or of which hostmasters could not be told. What is declared of the window may change freely: with nothing due there is nothing
 * to do, and the next opening goes by the new words. Pure.
 */
export function diffPatchRun(oldInputs: PropertyMap, newInputs: PropertyMap, oldOutputs: PropertyMap): ResourceDiff {
  const details = new Map<string, DetailedDifference>();
  for (const [property, isSame] of [
    ["window", nameIn(oldInputs, "window") === nameIn(newInputs, "window")],
    ["host", nameIn(oldInputs, "host") === nameIn(newInputs, "host")],
  ] as const) {
    if (!isSame) details.set(`${property}.name`, { kind: "update", isReplacement: true, isInput: true });
  }
  const due = newInputs["occurrence"];
  const { occurrence, outcome } = oldOutputs;
  if (due !== undefined && due !== occurrence) {
    const kind = occurrence === undefined ? "add" : "update";
    details.set("occurrence", { kind, isReplacement: false, isInput: false });
  } else if (due !== undefined && outcome !== "done") {
    details.set("outcome", { kind: "update", isReplacement: false, isInput: false });
  } else if (due !== undefined && oldOutputs["untold"] === true) {
    details.set("untold", { kind: "update", isReplacement: false, isInput: false });
  }
  return { details, isLiveOnly: false };
}

/** The last run that is not done, in words, while no other is due: nobody should have to look for it. */
export function describeUndone(newInputs: PropertyMap, oldOutputs: PropertyMap): string | undefined {
  const { occurrence, outcome, cause } = oldOutputs;
  if (newInputs["occurrence"] !== undefined || occurrence === undefined || outcome === "done") return undefined;
  return `The last run, ${occurrence}, is not done: ${outcome}${cause === undefined ? "" : `, ${cause}`}`;
}

function nameIn(inputs: PropertyMap, property: string): unknown {
  const value = revealMap(inputs)[property];
  return isMap(value) ? value["name"] : undefined;
}
