import type { PendingPackage } from "../run-policy.js";
import { cvesFixedBy, type PackageVersion, type Vulnerability, type VulnerabilityData } from "./vulnerability.js";

/** What bringing a pending package would fix; nothing for one that is not installed yet. */
export function fixesOfPending(data: VulnerabilityData, pending: PendingPackage): Vulnerability[] {
  const { installed, available, source } = pending;
  if (installed === undefined) return [];
  const name = pending.name.replace(/:.*/, "");
  const of = (version: string, sourceVersion: string | undefined): PackageVersion => ({
    ...{ name, version, source: source?.name ?? name },
    sourceVersion: sourceVersion ?? sourceVersionOf(version),
  });
  return cvesFixedBy(data, of(installed, source?.installed), of(available, source?.available));
}

/** The version of a source whose packages have its version: those that were only built again end in `+bN`. */
export function sourceVersionOf(version: string): string {
  return version.replace(/\+b\d+$/, "");
}
