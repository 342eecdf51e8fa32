import { describeHeldKernel, releaseStep } from "./held-kernel.js";
import type { PendingChanges } from "./inspect-pending.js";
import type { PendingPackage } from "./run-policy.js";
import { fixesOfPending } from "./vulnerabilities/pending-fixes.js";
import type { Vulnerability, VulnerabilityData } from "./vulnerabilities/vulnerability.js";

/** What bringing a package fixes; absent where there is no vulnerability data. */
export type PlannedPackage = PendingPackage & {
  readonly fixes?: readonly { readonly cve: string; readonly urgency: Vulnerability["urgency"] }[];
};

/** What is pending on a host, with what it fixes. */
export type PlannedChanges = Omit<PendingChanges, "packages"> & { readonly packages: readonly PlannedPackage[] };

/** Adds the CVEs that each package fixes, where there is data about the host's release. */
export function withFixes(pending: PendingChanges, data: VulnerabilityData | undefined): PlannedChanges {
  if (data === undefined || data.release !== pending.release) return pending;
  const packages = pending.packages.map((each) => ({
    ...each,
    fixes: fixesOfPending(data, each).map(({ id, urgency }) => ({ cve: id, urgency })),
  }));
  return { ...pending, packages };
}

/** Lines about what is pending, a package each; `highlight` may colour the word `security`. */
export function renderPending(pending: PlannedChanges, highlight = (text: string) => text): string[] {
  const { packages, restarts, reboot, keptBack, heldKernels = [] } = pending;
  return [
    ...packages.map(
      ({ name, installed, available, security, fixes }) =>
        `${name} ${installed ?? "(new)"} -> ${available}${security ? highlight(" security") : ""}${renderFixes(fixes)}`,
    ),
    ...(restarts.length > 0 ? [`restarts: ${restarts.map(({ of, unit }) => `${unit} (${of})`).join(", ")}`] : []),
    ...(reboot === undefined ? [] : [`reboot expected: ${reboot}`]),
    ...heldKernels.map((held) => `held: ${describeHeldKernel(held)} (${releaseStep})`),
    ...(keptBack.length > 0 ? [`kept back: ${keptBack.join(", ")}`] : []),
  ];
}

function renderFixes(fixes: PlannedPackage["fixes"] = []): string {
  if (fixes.length === 0) return "";
  return `, fixes ${fixes.map(({ cve, urgency }) => (urgency === undefined ? cve : `${cve} (${urgency})`)).join(", ")}`;
}
