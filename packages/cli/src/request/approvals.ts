import type { Approval, Ignored, RequestedInventory } from "@allmende/requests";
import type { Context } from "../context.js";
import { findInventory } from "../stack/inventory-folder.js";
import { currentForge, type RequestApproval, readApproval } from "./approved.js";
import { findRepository, requireRepository } from "./repository.js";
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

/** Ids of the requests that enough others approved; none where there is no repository that could say so. */
export async function readApproved(
  { signal }: Context,
  path: string,
  inventory: RequestedInventory,
): Promise<ReadonlySet<string>> {
  const { requests } = inventory;
  const repository = requests.length === 0 ? undefined : await findRepository(findInventory(path));
  if (repository === undefined) return new Set();
  const approved = new Set<string>();
  for (const request of requests) {
    const approval = await readApproval(repository, request, inventory, { forge: currentForge(), signal });
    if (approval.approved) approved.add(request.id);
  }
  return approved;
}

const noMerge =
  "it is no merge commit, as after a fast-forward: whoever merges says there who approved it (git merge --no-ff --signoff, with Approved-by: in its message)";

/** In a sentence. */
export function whyNotApproved({ approval, lacksMerge }: Pick<RequestApproval, "approval" | "lacksMerge">): string {
  if (approval === undefined) return "it is in no commit";
  const ignored = approval.ignored.map((each) => whyIgnored(each, approval));
  const objecting = approval.objectors.map((who) => `${who} asked for changes`);
  const merge = lacksMerge === true ? [noMerge] : [];
  const count = `${approval.by.length} of ${approval.needed} approvals (${approval.source})`;
  return [count, ...ignored, ...objecting, ...merge].join("; ");
}

function whyIgnored({ who, why, trailer }: Ignored, { source }: Pick<Approval, "source">): string {
  const said = trailer === undefined ? who : `"${trailer}"`;
  switch (why) {
    case "author":
      return `${who} wrote it and does not count`;
    case "unknown":
      return trailer === undefined
        ? `${who} is nobody whose approval counts`
        : `${said} does not count, ${who} is no hostmaster of mail.yaml`;
    case "unsigned":
      return `${said} does not count, ${source} has no Signed-off-by: of whoever merged (git commit --amend -s)`;
    case "own-merge":
      return `${said} does not count, whoever wrote the change made ${source}: somebody else merges it`;
    case "no-reason":
      return `${said} does not count, ${source} has no Override-reason:`;
    case "not-merged":
      return `${said} does not count, somebody else made ${source}: the hostmaster who overrides merges`;
  }
}

/** In a few words, of what counts: `approved by ben@example.org`, `override by hanna@example.org: the shop is down`. */
export function describeApproval({ by, override, source }: Approval): string {
  const words =
    override === undefined
      ? `approved by ${by.join(", ") || "nobody"}`
      : `override by ${override.by}: ${override.reason}`;
  return `${words} (${source})`;
}
