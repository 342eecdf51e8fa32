import { isDue } from "./dates.js";
import { type DeployedService, isDeployed } from "./deployed.js";
import type { RequestedInventory } from "./inventory.js";
import type { MemberRequest } from "./request.js";

export const requestStates = [
  "asked",
  "checked",
  "approved",
  "scheduled",
  "applied",
  "healthy",
  "failed",
  "held",
  "ended",
] as const;
export type RequestState = (typeof requestStates)[number];

/** What is known elsewhere about a request: in git, in the stack's state, on the hosts. */
export interface RequestEvidence {
  /** It is on the branch from which is applied. */
  readonly isMerged: boolean;
  /** Nothing stands against it. */
  readonly isSound: boolean;
  readonly isApproved: boolean;
  /** Services of the stack's state, by name. */
  readonly deployed: ReadonlyMap<string, DeployedService>;
  /** When the stack's state was last written; undefined: never. */
  readonly stateAtMs: number | undefined;
  /** When it was merged. */
  readonly mergedAtMs: number | undefined;
  /** Names of services that run and are healthy; undefined: nobody asked the hosts. */
  readonly healthy: ReadonlySet<string> | undefined;
}

export interface StateOfRequest {
  readonly state: RequestState;
  /** The later request that took its place. */
  readonly endedBy?: string | undefined;
  /** Held: why it does not fit beside those that came first. */
  readonly because?: readonly string[] | undefined;
}

/** In which state a request is. Nothing of it is written down anywhere. */
export function stateOfRequest(
  request: MemberRequest,
  inventory: RequestedInventory,
  evidence: RequestEvidence,
  nowMs: number,
): StateOfRequest {
  const { isMerged, isSound, isApproved } = evidence;
  if (!isMerged) return { state: isSound ? "checked" : "asked" };
  if (!isApproved) return { state: isSound ? "checked" : "asked" };
  const zone = inventory.work?.zone ?? "UTC";
  if (request.change === "work") {
    if (request.done) return { state: "ended" };
    return { state: isDue(request, zone, nowMs) ? "approved" : "scheduled" };
  }
  const { service } = request;
  const due = inventory.requests.filter(
    (each) => each.change !== "work" && each.service === service && isDue(each, zone, nowMs),
  );
  if (!isDue(request, zone, nowMs)) return { state: "scheduled" };
  const [later] = due.slice(due.indexOf(request) + 1);
  if (later !== undefined) return { state: "ended", endedBy: later.id };
  const names = namesOf(request, inventory, evidence);
  if (request.change === "end") return { state: names.length === 0 ? "ended" : waiting(evidence) };
  const application = inventory.applications.get(service);
  if (application === undefined) return { state: "approved" };
  const isThere = isDeployed(application.plan, evidence.deployed);
  if (!isThere) return { state: waiting(evidence) };
  if (evidence.healthy === undefined) return { state: "applied" };
  return {
    state: Object.keys(application.plan.services).every((name) => evidence.healthy?.has(name)) ? "healthy" : "failed",
  };
}

/** Somebody applied since it was merged, and it is not there. */
function waiting({ stateAtMs, mergedAtMs }: RequestEvidence): RequestState {
  return stateAtMs !== undefined && mergedAtMs !== undefined && stateAtMs > mergedAtMs ? "failed" : "approved";
}

/** Services of an ended application that are still there. */
function namesOf(request: MemberRequest, inventory: RequestedInventory, { deployed }: RequestEvidence): string[] {
  const own = request.service ?? "";
  const declared = new Set(inventory.services.map(({ name }) => name));
  return [...deployed.keys()].filter((name) => !declared.has(name) && (name === own || name.startsWith(`${own}-`)));
}
