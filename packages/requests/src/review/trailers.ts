import type { Review } from "./approval.js";

/** A commit, as far as it matters for a review. */
export interface ReviewedCommit {
  readonly id: string;
  readonly authorEmail: string;
  readonly committerEmail: string;
  /** Lines of `git interpret-trailers --parse`: `Approved-by: Ben <ben@example.org>`. */
  readonly trailers: readonly string[];
}

/**
 * A review as trailers of the merge commit tell it. Trailers of the merged commits do not count: their author wrote those. The merge is signed
 * off by whoever made it (`Signed-off-by`), who vouches for the approvals in it; a merge by the author of the change themselves tells nothing.
 */
export function reviewOfTrailers(merge: ReviewedCommit, merged: readonly ReviewedCommit[]): Review {
  const authors = [
    ...merged.flatMap(({ authorEmail, trailers }) => [authorEmail, ...peopleOf(trailers, "co-authored-by")]),
  ];
  const isOwn = authors.some((author) => author.toLowerCase() === merge.committerEmail.toLowerCase());
  const isSignedOff = peopleOf(merge.trailers, "signed-off-by").some(
    (who) => who.toLowerCase() === merge.committerEmail.toLowerCase(),
  );
  const counts = isSignedOff && !isOwn;
  const [by] = peopleOf(merge.trailers, "override-by");
  const [reason] = valuesOf(merge.trailers, "override-reason");
  return {
    authors: [...new Set(authors)],
    approvers: counts ? [...peopleOf(merge.trailers, "approved-by"), ...peopleOf(merge.trailers, "reviewed-by")] : [],
    objectors: [],
    ...(isSignedOff && by !== undefined && reason !== undefined && sameAs(by, merge.committerEmail)
      ? { override: { by, reason } }
      : {}),
    source: `commit ${merge.id.slice(0, 12)}`,
  };
}

const sameAs = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function valuesOf(trailers: readonly string[], name: string): string[] {
  return trailers.flatMap((trailer) => {
    const [, key = "", value = ""] = /^([A-Za-z-]+)\s*:\s*(.*)$/.exec(trailer) ?? [];
    return key.toLowerCase() === name && value.trim() !== "" ? [value.trim()] : [];
  });
}

/** Address, or the whole value where there is none. */
function peopleOf(trailers: readonly string[], name: string): string[] {
  return valuesOf(trailers, name).map((value) => /<([^<>]+)>\s*$/.exec(value)?.[1] ?? value);
}
