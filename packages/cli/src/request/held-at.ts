import { type DeployedService, holdRequests, nothingWaits, readArrivals } from "@allmende/requests";
import { hostsFile } from "./ignored-hosts.js";
import { git, inventoryInTree, type Repository } from "./repository.js";
import type { Requested } from "./requested.js";

export interface HeldAtOptions {
  readonly atMs: number;
  readonly deployed: ReadonlyMap<string, DeployedService>;
}

/** Ids of the requests that were held at an earlier time, by the branch as it was then; with today's catalogue. */
export async function heldAt(
  repository: Repository,
  { directory, files: today, templates }: Requested,
  { atMs, deployed }: HeldAtOptions,
): Promise<ReadonlySet<string>> {
  const until = new Date(atMs).toISOString();
  const commit = await git(repository, "rev-list", "-1", "--first-parent", `--before=${until}`, "HEAD");
  if (commit === "") return new Set();
  const { files } = await inventoryInTree(repository, commit);
  const hosts = files.get(hostsFile) ?? today.get(hostsFile);
  const then = hosts === undefined ? files : new Map([...files, [hostsFile, hosts]]);
  const options = { templates, nowMs: atMs };
  if (nothingWaits(then, options)) return new Set();
  const arrivals = readArrivals(directory, commit);
  return new Set(holdRequests(then, { ...options, arrivals, deployed }).held.map(({ request }) => request.id));
}
