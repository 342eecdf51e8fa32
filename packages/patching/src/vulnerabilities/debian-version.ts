/**
 * Orders two Debian package versions exactly as `dpkg --compare-versions` does: below 0, 0 or above 0. deb-version(7).
 * No package of the registry that is kept up does this; the test compares it with dpkg itself.
 */
export function compareDebianVersions(one: string, other: string): number {
  if (one === other) return 0;
  const [first, second] = [splitVersion(one), splitVersion(other)];
  return (
    compareParts(first.epoch, second.epoch) ||
    compareParts(first.upstream, second.upstream) ||
    compareParts(first.revision, second.revision)
  );
}

function splitVersion(version: string): { epoch: string; upstream: string; revision: string } {
  const colon = version.indexOf(":");
  const hyphen = version.lastIndexOf("-");
  const end = hyphen > colon ? hyphen : version.length;
  return {
    epoch: colon < 0 ? "0" : version.slice(0, colon),
    upstream: version.slice(colon + 1, end),
    revision: version.slice(end + 1),
  };
}

/** Stretches without digits and numbers take turns. */
function compareParts(one: string, other: string): number {
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    while ((i < one.length && !isDigit(one, i)) || (j < other.length && !isDigit(other, j))) {
      const difference = weight(one, i++) - weight(other, j++);
      if (difference !== 0) return difference;
    }
    const [left, right] = [numberAt(one, i), numberAt(other, j)];
    i = left.end;
    j = right.end;
    const difference = left.digits.length - right.digits.length;
    if (difference !== 0) return difference;
    if (left.digits !== right.digits) return left.digits < right.digits ? -1 : 1;
  }
  return 0;
}

/** A tilde comes before the end, which comes before letters, which come before everything else. */
function weight(text: string, index: number): number {
  if (index >= text.length || isDigit(text, index)) return 0;
  const character = text.charAt(index);
  if (character === "~") return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

/** The digits from a place on, without leading zeros: they may be more than a number can hold. */
function numberAt(text: string, start: number): { digits: string; end: number } {
  let end = start;
  while (end < text.length && isDigit(text, end)) end += 1;
  return { digits: text.slice(start, end).replace(/^0+/, ""), end };
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}
