import { isMap, type PropertyMap, type PropertyValue, revealMap } from "../wire/values.js";
import type { Declaration } from "./declaration.js";
import { expectedOf, renderDeclaration } from "./identity.js";
import { stableLive } from "./outputs.js";
import { diffValues, type ValueDifference } from "./property-diff.js";

/** A file that is not there, as digests say it. */
const absent = "absent";

/** Where the state's outputs are not what a healthy host would show: each file by its path, each limit by its name. */
export function findDrift(declaration: Declaration, outputs: PropertyMap): ValueDifference[] {
  const { digests, live } = revealMap(outputs);
  // State of an older version, or of a resource that never was completed: nothing to compare.
  if (!isMap(digests)) return [];
  const expected = expectedOf(renderDeclaration(declaration));
  const files = diffValues(digests, expected.digests).map(({ path }) => ({
    path: ["digests", ...path],
    kind: isMissing(digests[String(path[0])]) ? ("add" as const) : ("update" as const),
  }));
  return [...files, ...liveDrift(isMap(live) ? live : {}, stableLive(expected.id, expected.live))];
}

const isMissing = (digest: PropertyValue | undefined) => digest === undefined || digest === absent;

/** Of what does not run there is no limit to compare. */
function liveDrift(live: PropertyMap, expected: PropertyMap): ValueDifference[] {
  const differences = diffValues(live, expected).filter(({ path }) => path[0] === "active" || live["active"] === true);
  return differences.map(({ path, kind }) => ({ path: ["live", ...path], kind }));
}
