import type { Context } from "../context.js";
import { currentForge, type RequestApproval, readApproval } from "./approved.js";
import { requireRepository } from "./repository.js";
import { loadRequested, readRequested } from "./requested.js";
import { settleRequested } from "./settled.js";

/** Who approved each request about a service of an inventory. */
export async function readApprovals(context: Context, path: string): Promise<RequestApproval[]> {
  const requested = await settleRequested(readRequested(path), {});
  const repository = await requireRepository(requested.directory);
  const inventory = loadRequested(requested, Number.POSITIVE_INFINITY);
  const options = { forge: currentForge(), signal: context.signal };
  const approvals: RequestApproval[] = [];
  for (const request of inventory.requests.filter(({ change }) => change !== "work"))
    approvals.push(await readApproval(repository, request, inventory, options));
  return approvals;
}

/** In a sentence. */
export function whyNotApproved({ approval }: Pick<RequestApproval, "approval">): string {
  if (approval === undefined) return "it is in no commit";
  const ignored = approval.ignored.map(({ who, why }) =>
    why === "author" ? `${who} wrote it and does not count` : `${who} is nobody whose approval counts`,
  );
  const objecting = approval.objectors.map((who) => `${who} asked for changes`);
  return [`${approval.by.length} of ${approval.needed} approvals (${approval.source})`, ...ignored, ...objecting].join(
    "; ",
  );
}
