import { type DeployedService, type HeldRequest, holdRequests, nothingWaits, readArrivals } from "@allmende/requests";
import type { StackFolder } from "../stack/folder.js";
import { readDeployedServices } from "./deployed.js";
import type { Requested } from "./requested.js";

/** An inventory without the requests that do not fit beside those that came first. */
export interface SettledRequests extends Requested {
  readonly held: readonly HeldRequest[];
}

export interface SettleContext {
  /** What runs there is never taken away. Undefined: nothing does. */
  readonly folder?: StackFolder | undefined;
  /** The branch of which the history says who came first. */
  readonly branch?: string | undefined;
  readonly nowMs?: number | undefined;
}

/** Holds what does not go together with what reached the branch before it. Git and the stack's state are asked only where something does not. */
export async function settleRequested(
  requested: Requested,
  { folder, branch = "HEAD", nowMs = Date.now() }: SettleContext,
): Promise<SettledRequests> {
  const { files, templates, directory } = requested;
  if (nothingWaits(files, { templates, nowMs })) return { ...requested, held: [] };
  const arrivals = readArrivals(directory, branch);
  const deployed: ReadonlyMap<string, DeployedService> =
    folder === undefined ? new Map() : await readDeployedServices(folder);
  return { ...requested, ...holdRequests(files, { templates, nowMs, arrivals, deployed }) };
}
