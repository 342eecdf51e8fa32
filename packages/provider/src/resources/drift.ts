import { expectedObservation } from "../host.js";
import { isMap, type PropertyMap, revealMap } from "../wire/values.js";
import type { Declaration } from "./declaration.js";
import { renderDeclaration } from "./identity.js";
import { stableLive } from "./outputs.js";
import { diffValues, type ValueDifference } from "./property-diff.js";

/** A file that is not there, as digests say it. */
const absent = "absent";

/** Where the state's outputs are not what a healthy host would show: each file by its path, each limit by its name. */
export function findDrift(declaration: Declaration, outputs: PropertyMap): ValueDifference[] {
  const { digests, live } = revealMap(outputs);
  // State of an older version, or of a resource that never was completed: nothing to compare.
  if (!isMap(digests)) return [];
  const expected = expectedObservation(renderDeclaration(declaration));
  const files = diffValues(digests, expected.digests).map((each) =>
    digests[String(each.path[0])] === absent ? { ...each, kind: "add" as const } : each,
  );
  const limits = diffValues(isMap(live) ? live : {}, stableLive(expected.live));
  return [
    ...files.map(({ path, kind }) => ({ path: ["digests", ...path], kind })),
    ...limits.filter(({ kind }) => kind !== "delete").map(({ path, kind }) => ({ path: ["live", ...path], kind })),
  ];
}
