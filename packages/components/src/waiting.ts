import {
  type DeployedService,
  heldVariable,
  holdRequests,
  isRequestFile,
  nothingWaits,
  parseDeployedServices,
  readArrivals,
  readCatalogue,
  renderHeld,
  withoutHeld,
} from "@allmende/requests";
import { log, RunError } from "@pulumi/pulumi";
import { exportState } from "./exported-state.js";

/**
 * An inventory's files without the requests that wait, with a warning for each. `allmende` has decided before it runs the program; under
 * plain `pulumi up` it is decided here, from git and the stack's state, by the same rule. Throws RunError when the state cannot be read.
 */
export function withoutWaiting(folder: string, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (process.env[heldVariable] !== undefined) return withoutHeld(files);
  if (![...files.keys()].some(isRequestFile)) return files;
  const { templates } = readCatalogue(folder);
  const nowMs = Date.now();
  if (nothingWaits(files, { templates, nowMs })) return files;
  const options = { templates, nowMs, arrivals: readArrivals(folder) };
  // Where requests are not the reason, nothing is held whatever runs, and loading says what is wrong.
  if (holdRequests(files, { ...options, deployed: new Map() }).held.length === 0) return files;
  const settled = holdRequests(files, { ...options, deployed: readDeployed() });
  for (const each of settled.held) log.warn(renderHeld(each));
  return settled.files;
}

function readDeployed(): ReadonlyMap<string, DeployedService> {
  try {
    return parseDeployedServices(exportState());
  } catch {
    throw new RunError(
      "Accepted requests do not go together, and which of them runs already could not be read: `pulumi stack export` failed.\nRun `allmende up`, or put the pulumi command into PATH.",
    );
  }
}
