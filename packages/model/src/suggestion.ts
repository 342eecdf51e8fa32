/** The candidate that `word` was probably meant to be, if one is near enough. Case, `-` and `_` do not count. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(word);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, bare(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  // Cut-off words are far away by edits, but near in meaning: `proto`, `env`.
  return best ?? (wanted.length < 3 ? undefined : candidates.find((candidate) => bare(candidate).startsWith(wanted)));
}

/** ` (did you mean "x"?)`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? "" : ` (did you mean "${meant}"?)`;
}

/** A name as it is compared when people mix up spellings: `mem_limit`, `memLimit` and `mem-limit` are one. */
export function bare(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, "");
}

/** Levenshtein's distance, counting two swapped neighbours as one mistake. */
function editDistance(from: string, to: string): number {
  // Keys are short; a hostile one must not cost seconds.
  if (Math.abs(from.length - to.length) > 20 || from.length > 64) return Number.POSITIVE_INFINITY;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[to.length] ?? 0;
}
