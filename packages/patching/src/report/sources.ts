import type { HostPackages } from "../vulnerabilities/host-packages.js";
import { sourceVersionOf } from "../vulnerabilities/pending-fixes.js";
import type { PackageVersion } from "../vulnerabilities/vulnerability.js";

/** Tells of which source a package of a host was in another version; undefined where that cannot be known. */
export type SourceFinder = (name: string, version: string) => PackageVersion | undefined;

/**
 * Runs record packages, and Debian's data is about sources: what is installed now says which is which. A package with versions of its own
 * (not its source's) can only be told in the version that is installed.
 */
export function sourceFinder(packages: HostPackages | undefined): SourceFinder {
  const installed = new Map(packages?.installed.map((each) => [each.name, each]));
  return (written, version) => {
    const name = written.replace(/:.*/, "");
    const known = installed.get(name);
    if (known?.version === version) return known;
    const sourceVersion = sourceVersionOf(version);
    if (known === undefined) return { name, version, source: name, sourceVersion };
    if (sourceVersionOf(known.version) !== known.sourceVersion) return undefined;
    return { name, version, source: known.source, sourceVersion };
  };
}
