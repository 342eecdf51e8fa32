import {
  checkRequests,
  type MemberRequest,
  type RequestEvidence,
  requestsThere,
  requestTexts,
  type StateOfRequest,
  stateOfRequest,
} from "@allmende/requests";
import type { Context } from "../context.js";
import type { StackFolder } from "../stack/folder.js";
import { currentForge, type RequestApproval, readApproval } from "./approved.js";
import { readDeployedServices } from "./deployed.js";
import { heldAt } from "./held-at.js";
import { lastAppliedMs } from "./last-applied.js";
import { findRepository } from "./repository.js";
import { loadRequested, type Requested } from "./requested.js";
import { settleRequested } from "./settled.js";

/** A request and what is known of it. */
export interface RequestRow extends StateOfRequest {
  readonly request: MemberRequest;
  readonly approval: RequestApproval | undefined;
}

/** The state of each request, from git, the stack's state and, with `live`, the hosts. `folder` undefined: nothing was applied. */
export async function readRequestStates(
  context: Context,
  all: Requested,
  folder: StackFolder | undefined,
  { live = false, only, nowMs = Date.now() }: { live?: boolean; only?: readonly string[]; nowMs?: number },
): Promise<RequestRow[]> {
  const requested = await settleRequested(all, { folder, nowMs });
  const repository = await findRepository(requested.directory);
  const inventory = loadRequested(requested, nowMs);
  const deployed = folder === undefined ? new Map() : await readDeployedServices(folder);
  const healthy = live && folder !== undefined && deployed.size > 0 ? await readHealthy(context, folder) : undefined;
  const stateAtMs = folder === undefined ? undefined : await lastAppliedMs(folder);
  const forge = currentForge();
  const there = requestsThere(requested.files, inventory, { templates: requested.templates, nowMs, deployed });
  const found: { request: MemberRequest; approval: RequestApproval | undefined; evidence: RequestEvidence }[] = [];
  for (const request of inventory.requests.filter(({ id }) => only === undefined || only.includes(id))) {
    const approval =
      repository === undefined
        ? undefined
        : await readApproval(repository, request, inventory, { forge, signal: context.signal });
    const isMerged = approval?.mergedAtMs !== undefined;
    const { files, templates } = requested;
    const input = { files, ids: [request.id], authors: new Map(), templates, texts: requestTexts.en, nowMs };
    const evidence = {
      isMerged,
      isApproved: approval?.approved === true,
      isSound: checkRequests(input).findings.length === 0,
      ...{ deployed, there, healthy, stateAtMs },
      heldThen: new Set<string>(),
      mergedAtMs: approval?.mergedAtMs,
    };
    found.push({ request, approval, evidence });
  }
  const rowsWith = (heldThen: ReadonlySet<string>) =>
    found.map(({ request, approval, evidence }): RequestRow => {
      return { request, approval, ...stateOfRequest(request, inventory, { ...evidence, heldThen }, nowMs) };
    });
  let rows = rowsWith(new Set());
  if (repository !== undefined && stateAtMs !== undefined && rows.some(({ state }) => state === "failed"))
    rows = rowsWith(await heldAt(repository, all, { atMs: stateAtMs, deployed }));
  const held = requested.held.filter(({ request }) => only === undefined || only.includes(request.id));
  return [
    ...rows,
    ...held.map(({ request, problems }) => ({
      ...{ request, approval: undefined, state: "held" as const },
      because: problems("en"),
    })),
  ];
}

async function readHealthy(context: Context, folder: StackFolder): Promise<ReadonlySet<string>> {
  const { readStatus } = await import("../live/status.js");
  const { rows } = await readStatus(context, folder);
  return new Set(rows.filter(({ ok }) => ok).map(({ service }) => service));
}
