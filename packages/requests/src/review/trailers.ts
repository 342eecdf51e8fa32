import type { Ignored, Review, Uncounted } from "./approval.js";

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
  const why: Uncounted | undefined = isOwn ? "own-merge" : isSignedOff ? undefined : "unsigned";
  const approvals = ["approved-by", "reviewed-by"].flatMap((name) => sayingsOf(merge.trailers, name));
  const [override] = sayingsOf(merge.trailers, "override-by");
  const [reason] = valuesOf(merge.trailers, "override-reason");
  const whyNoOverride = override && whyNot(override.who, { reason, isSignedOff, merger: merge.committerEmail });
  return {
    authors: [...new Set(authors)],
    approvers: why === undefined ? approvals.map(({ who }) => who) : [],
    objectors: [],
    ...(override !== undefined && reason !== undefined && whyNoOverride === undefined
      ? { override: { by: override.who, reason } }
      : {}),
    uncounted: [
      ...(why === undefined ? [] : approvals.map((each) => ({ ...each, why }))),
      ...(override === undefined || whyNoOverride === undefined ? [] : [{ ...override, why: whyNoOverride }]),
    ],
    source: `commit ${merge.id.slice(0, 12)}`,
  };
}

/** Why an override does not count; undefined: nothing speaks against it here. */
function whyNot(
  by: string,
  { reason, isSignedOff, merger }: { reason: string | undefined; isSignedOff: boolean; merger: string },
): Uncounted | undefined {
  if (reason === undefined) return "no-reason";
  if (!isSignedOff) return "unsigned";
  return sameAs(by, merger) ? undefined : "not-merged";
}

/** Who says something, and the line in which they do. */
function sayingsOf(trailers: readonly string[], name: string): Required<Pick<Ignored, "who" | "trailer">>[] {
  return trailers.flatMap((trailer) => peopleOf([trailer], name).map((who) => ({ who, trailer })));
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
