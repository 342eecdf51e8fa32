/** @typedef {{ major: number, minor: number, patch: number }} Version */

/**
 * The first version number in a program's answer: `v3.255.0`, `go version go1.26.8 linux/amd64`, `10.34.9`.
 * @param {string} text
 * @returns {Version | undefined}
 */
export function parseVersion(text) {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) return undefined;
  return {
    major: Number(match[1]),
    minor: Number(match[2]),
    patch: Number(match[3] ?? 0),
  };
}

/**
 * @param {Version} version
 * @param {string} minimum `20.19`
 */
export function isAtLeast(version, minimum) {
  const other = requireVersion(minimum);
  if (version.major !== other.major) return version.major > other.major;
  if (version.minor !== other.minor) return version.minor > other.minor;
  return version.patch >= other.patch;
}

/**
 * Same major and minor version.
 * @param {Version} version
 * @param {string} wanted
 */
export function matchesMinor(version, wanted) {
  const other = requireVersion(wanted);
  return version.major === other.major && version.minor === other.minor;
}

/** @param {string} text */
function requireVersion(text) {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(`Not a version: ${text}`);
  return version;
}
