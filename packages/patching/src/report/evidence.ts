import type { HeldKernel } from "../held-kernel.js";
import type { HostRun } from "../host-run.js";
import type { HostPackages } from "../vulnerabilities/host-packages.js";
import type { DatedAdvisories, DatedVulnerabilities } from "../vulnerabilities/load.js";

/** What one host says of itself. */
export interface HostEvidence {
  readonly host: string;
  /** Why it could not be asked: then nothing else is known. */
  readonly error?: string | undefined;
  readonly packages?: HostPackages | undefined;
  /** Kernels that its runs leave alone. */
  readonly heldKernels?: readonly HeldKernel[] | undefined;
  /** All that it remembers. */
  readonly runs: readonly HostRun[];
}

/** All that a report is made of. Instants are milliseconds since 1970. */
export interface ReportEvidence {
  readonly stack: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly hosts: readonly HostEvidence[];
  /** Without it CVEs are not known. */
  readonly data?: DatedVulnerabilities | undefined;
  readonly advisories?: DatedAdvisories | undefined;
}

/** When a run brought its packages: the end of its upgrade. */
export function upgradedAtMs({ phases, startedAt }: HostRun): number {
  const upgrade = phases.find(({ phase }) => phase === "upgrade");
  if (upgrade === undefined) return Date.parse(startedAt);
  return Date.parse(upgrade.startedAt) + (upgrade.seconds ?? 0) * 1000;
}
