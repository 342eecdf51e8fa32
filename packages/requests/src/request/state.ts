import { beginOfDay, inEffectOrder, isDue } from "./dates.js";
import { type DeployedService, isDeployed, leftOver } from "./deployed.js";
import type { RequestedInventory } from "./inventory.js";
import type { MemberRequest, ServiceRequest } from "./request.js";

export const requestStates = [
  "asked",
  "checked",
  "approved",
  "scheduled",
  "applied",
  "healthy",
  "failed",
  "held",
  "replaced",
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
  /** Ids of the requests that made what is there: `requestsThere`. */
  readonly there: ReadonlySet<string>;
  /** When the stack's state was last written; undefined: never. */
  readonly stateAtMs: number | undefined;
  /** Ids of those that were held then. */
  readonly heldThen: ReadonlySet<string>;
  /** When it was merged. */
  readonly mergedAtMs: number | undefined;
  /** Names of services that run and are healthy; undefined: nobody asked the hosts. */
  readonly healthy: ReadonlySet<string> | undefined;
}

export interface StateOfRequest {
  readonly state: RequestState;
  /** Replaced or ended: the request that did. */
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
  if (!isMerged || !isApproved) return { state: isSound ? "checked" : "asked" };
  const zone = inventory.work?.zone ?? "UTC";
  if (request.change === "work") {
    if (request.done) return { state: "ended" };
    return { state: isDue(request, zone, nowMs) ? "approved" : "scheduled" };
  }
  const endedBy = inventory.voided.get(request.id);
  if (endedBy !== undefined) return { state: "ended", endedBy };
  if (!isDue(request, zone, nowMs)) return { state: "scheduled" };
  const about = inEffectOrder(inventory.requests).filter(
    (each): each is ServiceRequest =>
      each.change !== "work" &&
      each.service === request.service &&
      !inventory.voided.has(each.id) &&
      isDue(each, zone, nowMs),
  );
  const later = about.slice(about.findIndex(({ id }) => id === request.id) + 1);
  return request.change === "end"
    ? stateOfEnd(request, later, inventory, evidence)
    : stateOfMade(request, later, inventory, evidence);
}

/** An end is over once what it ended is gone; a service of that name that came later took its place. */
function stateOfEnd(
  request: ServiceRequest,
  later: readonly ServiceRequest[],
  inventory: RequestedInventory,
  evidence: RequestEvidence,
): StateOfRequest {
  const again = later.find(({ change, id }) => change === "create" && evidence.there.has(id));
  if (again !== undefined) return { state: "replaced", endedBy: again.id };
  const isGone = leftOver(request.service, inventory, evidence.deployed).length === 0;
  return { state: isGone ? "ended" : waiting(request, inventory, evidence) };
}

/** What a later request asked for counts once it is in effect: until then what runs is this one's. */
function stateOfMade(
  request: ServiceRequest,
  later: readonly ServiceRequest[],
  inventory: RequestedInventory,
  evidence: RequestEvidence,
): StateOfRequest {
  const { deployed, there, healthy } = evidence;
  const left = leftOver(request.service, inventory, deployed);
  const next = later.findIndex(({ change }) => change !== "change");
  const changes = next < 0 ? later : later.slice(0, next);
  const end = later[next];
  if (end?.change === "end" && left.length === 0) return { state: "ended", endedBy: end.id };
  const replacement = changes.find(({ id }) => there.has(id));
  if (replacement !== undefined) return { state: "replaced", endedBy: replacement.id };
  const application = inventory.applications.get(request.service);
  const isLatest = changes.length === 0 && end === undefined;
  if (isLatest && application === undefined) return { state: "approved" };
  const isThere =
    isLatest && application !== undefined ? isDeployed(application.plan, deployed) : there.has(request.id);
  if (!isThere) return { state: waiting(request, inventory, evidence) };
  if (healthy === undefined) return { state: "applied" };
  const names = application === undefined ? left : Object.keys(application.plan.services);
  return { state: names.every((name) => healthy.has(name)) ? "healthy" : "failed" };
}

/** It is not there. Failed: somebody applied since its day had come and it was merged, and it was not held then. */
function waiting(
  { id, date }: ServiceRequest,
  { work }: RequestedInventory,
  { stateAtMs, mergedAtMs, heldThen }: RequestEvidence,
): RequestState {
  if (stateAtMs === undefined || mergedAtMs === undefined || heldThen.has(id)) return "approved";
  const readyMs = Math.max(mergedAtMs, beginOfDay(date, work?.zone ?? "UTC"));
  return stateAtMs > readyMs ? "failed" : "approved";
}
