import { execFileSync } from "node:child_process";
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
import { getOrganization, getProject, getStack, log, RunError } from "@pulumi/pulumi";

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

/** What the state says, by the engine's own command: a program is not told. Reading takes no lock. */
function readDeployed(): ReadonlyMap<string, DeployedService> {
  const organization = getOrganization();
  const stack = organization === "organization" ? getStack() : `${organization}/${getProject()}/${getStack()}`;
  try {
    const args = ["stack", "export", "--stack", stack, "--non-interactive"];
    const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
    return parseDeployedServices(execFileSync("pulumi", args, { encoding: "utf8", maxBuffer: 2 ** 30, stdio }));
  } catch {
    throw new RunError(
      "Accepted requests do not go together, and which of them runs already could not be read: `pulumi stack export` failed.\nRun `allmende up`, or put the pulumi command into PATH.",
    );
  }
}
