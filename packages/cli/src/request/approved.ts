import type { LoadedInventory } from "@allmende/model";
import {
  type Approval,
  type Forge,
  forgeOf,
  judgeReview,
  type MemberRequest,
  readForgeReview,
  reviewOfTrailers,
} from "@allmende/requests";
import { type Commit, commits, type Repository } from "./repository.js";

/** Who approved a request, by each commit with which it reached the branch. */
export interface RequestApproval {
  readonly request: MemberRequest;
  /** On the branch at all. */
  readonly mergedAtMs: number | undefined;
  readonly approved: boolean;
  /** The one that is missing, or the last. */
  readonly approval: Approval | undefined;
  /** It came with no merge commit, in which whoever merged could have said who approved it. */
  readonly lacksMerge?: boolean | undefined;
}

/** Asks the forge whose job this is, where there is one and the commit came with a change there; else the merge commit tells. */
export async function readApproval(
  repository: Repository,
  request: MemberRequest,
  inventory: LoadedInventory,
  options: { readonly forge?: Forge | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<RequestApproval> {
  const path = `${repository.prefix}${request.file}`;
  const brought = await commits(
    repository,
    "--first-parent",
    "--diff-merges=first-parent",
    "--no-patch",
    "HEAD",
    "--",
    path,
  );
  const first = brought.at(-1);
  if (first === undefined) return { request, mergedAtMs: undefined, approved: false, approval: undefined };
  // Time that was spent is noted in the file of work later on; what a service is made of is approved again.
  const counted = request.change === "work" ? [first] : brought;
  let approval: Approval | undefined;
  let lacksMerge = false;
  for (const commit of counted) {
    const review = await reviewOf(repository, commit, options);
    approval = judgeReview(review, inventory);
    if (approval.approved) continue;
    lacksMerge = !review.isToldByForge && commit.parents.length < 2;
    break;
  }
  return { request, mergedAtMs: first.atMs, approved: approval?.approved === true, approval, lacksMerge };
}

async function reviewOf(
  repository: Repository,
  commit: Commit,
  { forge, signal }: { readonly forge?: Forge | undefined; readonly signal?: AbortSignal | undefined },
) {
  const told = forge === undefined ? undefined : await readForgeReview(forge, commit.id, signal);
  const range = commit.parents.length > 1 ? [`${commit.parents[0]}..${commit.id}`] : ["-1", commit.id];
  const merged = (await commits(repository, ...range)).filter(
    ({ id }) => commit.parents.length < 2 || id !== commit.id,
  );
  const written = reviewOfTrailers(commit, merged);
  // A forge knows logins, commits know addresses: whoever is an author by one of them is one.
  return told === undefined
    ? { ...written, isToldByForge: false }
    : {
        ...told,
        isToldByForge: true,
        authors: [...new Set([...told.authors, ...written.authors])],
        override: written.override,
        uncounted: written.uncounted?.filter(({ trailer }) => /^override-by/i.test(trailer ?? "")),
      };
}

export function currentForge(): Forge | undefined {
  return forgeOf(process.env);
}
