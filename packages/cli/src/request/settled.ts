import type { Language } from "@allmende/model";
import {
  appliedRequests,
  checkRequests,
  type DeployedService,
  goTogether,
  loadRequests,
  type MemberRequest,
  requestTexts,
  settleRequests,
} from "@allmende/requests";
import type { StackFolder } from "../stack/folder.js";
import { readDeployedServices } from "./deployed.js";
import { findRepository, git, type Repository } from "./repository.js";
import { type Requested, readWorkZone } from "./requested.js";

export interface HeldRequest {
  readonly request: MemberRequest;
  /** Why it does not fit, and what would. */
  problems(language: Language): readonly string[];
}

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
  const { requests } = loadRequests(files);
  if (requests.length === 0 || goTogether(files, requests, { templates, nowMs })) return { ...requested, held: [] };
  const repository = await findRepository(directory);
  const arrivals = repository === undefined ? [] : await readArrivals(repository, branch);
  const deployed: ReadonlyMap<string, DeployedService> =
    folder === undefined ? new Map() : await readDeployedServices(folder);
  const zone = readWorkZone(files);
  const applied = appliedRequests(files, requests, { templates, zone, nowMs, arrivals, deployed });
  const settled = settleRequests(files, { templates, nowMs, arrivals, applied });
  const held = settled.held.map((request): HeldRequest => {
    const beside = new Map([...settled.files, [request.file, files.get(request.file) ?? ""]]);
    const problems = (language: Language) => {
      const texts = requestTexts[language];
      const input = { files: beside, ids: [request.id], authors: new Map(), templates, texts, nowMs };
      return checkRequests(input).findings.map(({ message }) => message);
    };
    return { request, problems };
  });
  return { ...requested, files: settled.files, held };
}

/** Ids of requests in the order in which they reached a branch. */
async function readArrivals(repository: Repository, branch: string): Promise<string[]> {
  const folder = `${repository.prefix}requests/`;
  const options = ["--reverse", "--first-parent", "--diff-merges=first-parent", "--diff-filter=A", "--name-only", "-z"];
  const text = await git(repository, "log", ...options, "--format=", "--no-renames", branch, "--", folder).catch(
    () => "",
  );
  const ids = text
    .split("\0")
    .map((path) => path.trim())
    .filter((path) => path.startsWith(folder) && path.endsWith(".yaml"))
    .map((path) => path.slice(folder.length, -".yaml".length));
  // What was taken away and came again, came again.
  return ids.filter((id, index) => ids.lastIndexOf(id) === index);
}
