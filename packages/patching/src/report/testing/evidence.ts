import type { HostRun } from "../../host-run.js";
import type { PendingPackage } from "../../run-policy.js";
import type { HostPackages } from "../../vulnerabilities/host-packages.js";
import { type DatedVulnerabilities, parseVulnerabilities } from "../../vulnerabilities/load.js";
import { renderTracker, type TestFlaw } from "../../vulnerabilities/testing/security-data.js";
import type { ReportEvidence } from "../evidence.js";

/** A run that was done, unless changed. */
export function runOf(startedAt: string, changes: Partial<HostRun> = {}): HostRun {
  return {
    ...{ stack: "coop.prod", occurrence: "nightly/2026", owner: "ci", startedAt: new Date(startedAt).toISOString() },
    ...{ outcome: "done", checks: [], upgraded: [], keptFiles: [], restarted: [], reboot: { state: "not-needed" } },
    ...{ proof: [], irreversible: [], log: [], phases: [] },
    ...changes,
  };
}

export function ordered(name: string, installed: string, available: string): PendingPackage {
  return { name, architecture: "amd64", installed, available, security: true };
}

/** Packages of a host: `NAME VERSION`, or `NAME VERSION SOURCE`. */
export function packagesOf(installed: readonly string[], changes: Partial<HostPackages> = {}): HostPackages {
  return {
    release: "trixie",
    listsFrom: undefined,
    installed: installed.map((each) => {
      const [name = "", version = "", source = name] = each.split(" ");
      return { name, version, source, sourceVersion: version };
    }),
    ...{ pending: [], holds: [], keptBack: [] },
    ...changes,
  };
}

export function dataOf(flaws: readonly TestFlaw[]): DatedVulnerabilities {
  const dated = { origin: "/srv/data.json", date: "2026-11-20T00:00:00.000Z", dateIs: "file" as const };
  return { ...parseVulnerabilities(Buffer.from(renderTracker(flaws)), "trixie"), dated };
}

/** Evidence of November 2026, looked at on the 24th. */
export function evidenceOf(changes: Partial<ReportEvidence>): ReportEvidence {
  const [sinceMs, untilMs] = [Date.parse("2026-11-01"), Date.parse("2026-11-24T12:00Z")];
  return { stack: "coop.prod", sinceMs, untilMs, hosts: [], ...changes };
}
