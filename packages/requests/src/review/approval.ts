import type { LoadedInventory } from "@allmende/model";
import { allIdentities, isHostmaster, isSame } from "../request/entitled.js";

/**
 * Why an approval or an override does not count. `author`: who wrote the change; `unknown`: nobody whose word counts; `unsigned`: the merge lacks the
 * `Signed-off-by:` of its committer; `own-merge`: whoever wrote the change merged it; `no-reason`: an override without a reason; `not-merged`: an
 * override by somebody else than whoever merged.
 */
export type Uncounted = "author" | "unknown" | "unsigned" | "own-merge" | "no-reason" | "not-merged";

/** An approval or override that does not count. */
export interface Ignored {
  readonly who: string;
  readonly why: Uncounted;
  /** As it stands in the merge commit; undefined: the forge told it. */
  readonly trailer?: string | undefined;
}

/** What speaks for a change: from a forge, or from the merge commit. */
export interface Review {
  /** E-mail addresses and logins of everybody who wrote it. */
  readonly authors: readonly string[];
  /** Who approved it as it is now. */
  readonly approvers: readonly string[];
  /** Who asked for changes and did not approve since. */
  readonly objectors: readonly string[];
  /** A hostmaster's decision to go on without approval. */
  readonly override?: { readonly by: string; readonly reason: string } | undefined;
  /** What was said and does not count, whoever said it. */
  readonly uncounted?: readonly Ignored[] | undefined;
  /** Where that stands: `commit 1234abcd`, `https://…/pulls/7`. */
  readonly source: string;
}

export interface Approval {
  readonly approved: boolean;
  /** Those who count. */
  readonly by: readonly string[];
  /** Those who do not, and why. */
  readonly ignored: readonly Ignored[];
  readonly needed: number;
  readonly objectors: readonly string[];
  readonly override: Review["override"];
  readonly source: string;
}

/**
 * Is a change approved by enough others? Whoever wrote it never counts, under none of their names; one person counts once; only people whom the
 * inventory knows count. An override counts when a hostmaster of mail.yaml made it.
 */
export function judgeReview(review: Review, inventory: LoadedInventory): Approval {
  const needed = inventory.work?.approvals ?? 1;
  const authors = review.authors.flatMap((author) => allIdentities(author, inventory));
  const ignored: Ignored[] = [...(review.uncounted ?? [])];
  const counted: string[] = [];
  for (const who of review.approvers) {
    const names = allIdentities(who, inventory);
    if (names.some((name) => authors.some((author) => isSame(author, name)))) ignored.push({ who, why: "author" });
    else if (!isReviewer(names, inventory)) ignored.push({ who, why: "unknown" });
    else if (!counted.some((each) => names.some((name) => isSame(each, name)))) counted.push(who);
  }
  const { override } = review;
  const overrides = override !== undefined && override.reason !== "" && isHostmaster(override.by, inventory);
  if (override !== undefined && !overrides)
    ignored.push({ who: override.by, why: "unknown", trailer: `Override-by: ${override.by}` });
  return {
    approved: overrides || (counted.length >= needed && review.objectors.length === 0),
    by: counted,
    ignored,
    needed,
    objectors: review.objectors,
    override: overrides ? override : undefined,
    source: review.source,
  };
}

function isReviewer(names: readonly string[], inventory: LoadedInventory): boolean {
  const { reviewers } = inventory.work ?? {};
  if (reviewers !== undefined) return names.some((name) => reviewers.some((each) => isSame(each, name)));
  const known = inventory.members.flatMap((member) => [
    ...(member.email === undefined ? [] : [member.email]),
    ...(inventory.work?.people[member.name] ?? []),
  ]);
  return names.some((name) => isHostmaster(name, inventory) || known.some((each) => isSame(each, name)));
}
