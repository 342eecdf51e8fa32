import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAdvisories } from "../vulnerabilities/advisories.js";
import type { HeldBack } from "./held-back.js";
import { makeReport } from "./patch-report.js";
import { describeDifferences } from "./predictions.js";
import { reportTexts } from "./report-texts.js";
import { dataOf, evidenceOf, ordered, packagesOf, runOf } from "./testing/evidence.js";

const data = dataOf([
  { source: "openssl", id: "CVE-2026-1", fixedIn: "3.5.1-1+deb13u2", urgency: "high" },
  { source: "openssl", id: "CVE-2026-2" },
  { source: "curl", id: "CVE-2026-3", fixedIn: "8.14.1-2+deb13u1" },
]);
const advisories = {
  dated: data.dated,
  advisories: parseAdvisories(
    "[02 Nov 2026] DSA-6001-1 openssl - security update\n\t{CVE-2026-1}\n\t[trixie] - openssl 3.5.1-1+deb13u2\n",
    "trixie",
  ),
};
const upgrade = [{ name: "libssl3t64", from: "3.5.1-1", to: "3.5.1-1+deb13u2" }];

describe("exposure", () => {
  const hosts = [
    {
      host: "web1",
      packages: packagesOf(["libssl3t64 3.5.1-1+deb13u2 openssl"]),
      runs: [
        runOf("2026-11-10T02:00Z", {
          upgraded: upgrade,
          phases: [{ phase: "upgrade", startedAt: "2026-11-10T02:01:00.000Z", seconds: 60 }],
        }),
      ],
    },
    { host: "web2", packages: packagesOf(["libssl3t64 3.5.1-1 openssl", "curl 8.14.1-2"]), runs: [] },
  ];

  it("counts from the advisory, to the upgrade where it came, and to now where it did not", () => {
    const { exposures, noFixYet } = makeReport(evidenceOf({ hosts, data, advisories }));
    const available = { at: "2026-11-02T00:00:00.000Z", from: "advisory", advisory: "DSA-6001-1" };
    expect(exposures).toMatchObject([
      { cve: "CVE-2026-1", host: "web2", state: "open", days: 22, available, urgency: "high", version: "3.5.1-1" },
      { cve: "CVE-2026-3", host: "web2", state: "open", days: undefined, available: undefined },
      { cve: "CVE-2026-1", host: "web1", state: "fixed", days: 8, available, until: "2026-11-10T02:02:00.000Z" },
    ]);
    expect(noFixYet).toEqual([{ cve: "CVE-2026-2", urgency: undefined, source: "openssl", hosts: ["web1", "web2"] }]);
  });

  it("counts without an advisory from when any host had the fix before itself", () => {
    const { exposures, summary } = makeReport(evidenceOf({ hosts, data }));
    expect(exposures).toMatchObject([
      { host: "web2", days: 14, available: { at: "2026-11-10T02:00:00.000Z", from: "seen" } },
      { cve: "CVE-2026-3" },
      { host: "web1", state: "fixed", days: 0 },
    ]);
    expect(summary).toMatchObject({ longestDays: 14, atLeast: true });
  });

  it("takes what a run was to bring, and what waits, for seen as well; a run that went back has fixed nothing", () => {
    const [first, second] = [
      runOf("2026-11-20T02:00Z", {
        outcome: "rolled-back",
        ordered: [ordered("libssl3t64:amd64", "3.5.1-1", "3.5.1-1+deb13u2")],
        upgraded: upgrade,
      }),
      { ...ordered("curl", "8.14.1-2", "8.14.1-2+deb13u1") },
    ];
    const packages = packagesOf(["libssl3t64 3.5.1-1 openssl", "curl 8.14.1-2"], {
      pending: [second],
      listsFrom: "2026-11-22T00:00:00.000Z",
    });
    const { exposures } = makeReport(evidenceOf({ hosts: [{ host: "web1", packages, runs: [first] }], data }));
    expect(exposures).toMatchObject([
      { cve: "CVE-2026-1", state: "open", days: 4 },
      { cve: "CVE-2026-3", state: "open", days: 2 },
    ]);
  });

  it("says nothing of a host of another release, and says that", () => {
    const packages = packagesOf(["curl 1"], { release: "bookworm" });
    const report = makeReport(evidenceOf({ hosts: [{ host: "old", packages, runs: [] }], data }));
    expect(report).toMatchObject({ otherRelease: ["old"], exposures: [] });
  });

  it("judges no upgrade whose source has versions of its own, unless they are known", () => {
    const installed = [{ name: "curl", version: "4:9", source: "curl", sourceVersion: "8.14.1-2+deb13u1" }];
    const packages = packagesOf([], { installed });
    const runs = [runOf("2026-11-10", { upgraded: [{ name: "curl", from: "4:8", to: "4:9" }] })];
    const report = makeReport(evidenceOf({ hosts: [{ host: "web1", packages, runs }], data }));
    expect(report).toMatchObject({ unjudgedUpgrades: 1, exposures: [] });
  });
});

it("tells what is held back and why, who is silent, and what came otherwise than predicted", () => {
  const refused = runOf("2026-11-21", {
    outcome: "refused",
    cause: { code: "check-disk:/", message: "/ has 3 MiB free, 64 are needed" },
    ordered: [ordered("alpha", "1", "2"), ordered("beta", "1", "2")],
  });
  const done = runOf("2026-11-20", {
    ordered: [ordered("alpha", "1", "2"), ordered("beta", "1", "2")],
    upgraded: [
      { name: "alpha", from: "1", to: "2" },
      { name: "gamma", from: "1", to: "3" },
    ],
  });
  const held = packagesOf(["alpha 1", "beta 2"], { holds: ["podman"], keptBack: ["podman", "linux-image-amd64"] });
  const kernel = {
    ...{ release: "6.12.57", package: { name: "linux-image-6.12.57", version: "6.12.57-1" }, instead: "6.12.48" },
    ...{ since: "2026-11-02T01:00:00.000Z", occurrence: "nightly/1", reason: "units: a.service" },
  };
  const report = makeReport(
    evidenceOf({
      hosts: [
        { host: "web1", packages: held, runs: [refused] },
        { host: "web2", packages: packagesOf([], { aptFails: true }), runs: [done] },
        { host: "web3", packages: packagesOf([]), runs: [runOf("2026-10-01")] },
        { host: "web6", packages: packagesOf([]), heldKernels: [kernel], runs: [runOf("2026-11-02")] },
        { host: "web4", packages: packagesOf([]), runs: [runOf("2026-11-22", { outcome: "unfinished" })] },
        { host: "web5", error: "it does not answer", runs: [] },
      ],
    }),
  );
  expect(report.heldBack).toEqual([
    { host: "web1", name: "podman", reason: "hold" },
    { host: "web1", name: "linux-image-amd64", reason: "dependencies" },
    { host: "web1", name: "alpha", reason: "refused", detail: "/ has 3 MiB free, 64 are needed" },
    { host: "web2", name: "apt", reason: "apt-fails" },
    {
      ...{ host: "web6", name: "kernel 6.12.57 (linux-image-6.12.57 6.12.57-1)", reason: "kernel" },
      detail: "2026-11-02, nightly/1: units: a.service",
    },
  ]);
  for (const language of ["en", "de"] as const)
    expect(reportTexts(language).reason(report.heldBack.at(-1) as HeldBack)).toContain("2026-11-02, nightly/1: units");
  expect(report.silentHosts).toMatchObject([
    { host: "web3", why: "no-run", lastRunAt: "2026-10-01T00:00:00.000Z" },
    { host: "web4", why: "unfinished" },
    { host: "web5", why: "unreachable", detail: "it does not answer" },
  ]);
  expect(report.predictions).toMatchObject([
    { host: "web4", outcome: "unfinished" },
    { host: "web1", predicted: 2, came: 0, missing: ["alpha 2", "beta 2"], cause: "/ has 3 MiB free, 64 are needed" },
    { host: "web2", predicted: 2, came: 1, missing: ["beta 2"], unexpected: ["gamma 3"] },
    { host: "web6", outcome: "done" },
  ]);
});

it("compares restarts and reboot of runs that were done, where they were predicted", () => {
  const alpha = { of: "system", unit: "alpha.service" };
  const blog = { of: "anna", unit: "blog" };
  const predicted = { restarts: [alpha], reboot: "linux-image-1" };
  const runs = [
    runOf("2026-11-20", { predicted, restarted: [blog], reboot: { state: "not-needed" } }),
    runOf("2026-11-21", { predicted, restarted: [alpha], reboot: { state: "deferred" } }),
    runOf("2026-11-22", { predicted, outcome: "rolled-back" }),
    runOf("2026-11-23"),
  ];
  const { predictions } = makeReport(evidenceOf({ hosts: [{ host: "web1", packages: packagesOf([]), runs }] }));
  expect(predictions.map((each) => describeDifferences(each, reportTexts("en")))).toEqual([
    [],
    [],
    [],
    ["did not come: a restart of alpha.service (system), a reboot", "came unpredicted: a restart of blog (anna)"],
  ]);
  expect(predictions.map(({ restarts }) => restarts?.came)).toEqual([undefined, undefined, 1, 0]);
});

describe("the headline", () => {
  const versions = fc.constantFrom("3.5.1-1", "3.5.1-1+deb13u2");
  const host = fc.record({ version: versions, error: fc.boolean(), ran: fc.boolean(), failed: fc.boolean() });

  it("says the numbers of the body, and nothing well that is not", () => {
    fc.assert(
      fc.property(fc.array(host, { maxLength: 6 }), (drawn) => {
        const hosts = drawn.map(({ version, error, ran, failed }, index) => ({
          host: `web${index}`,
          ...(error ? { error: "away" } : { packages: packagesOf([`libssl3t64 ${version} openssl`]) }),
          runs: ran && !error ? [runOf("2026-11-20", { outcome: failed ? "broken" : "done" })] : [],
        }));
        const report = makeReport(evidenceOf({ hosts, data, advisories }));
        const open = report.exposures.filter(({ state }) => state === "open");
        const text = reportTexts("en").headline(report.stack, report.summary);
        const wells = text.includes("no CVE with a fix");
        const judged = hosts.filter((each) => "packages" in each).length;
        if (wells) expect(text).toContain(`open on ${judged} of ${hosts.length} host`);
        expect(wells).toBe(open.length === 0);
        if (!wells) expect(text).toContain(`1 CVE with a fix still open on ${open.length} of ${hosts.length} host`);
        const failed = report.predictions.filter(({ outcome }) => outcome !== "done").length;
        expect(/; (\d+) runs? failed/.exec(text)?.[1]).toBe(failed === 0 ? undefined : String(failed));
        const silent = report.silentHosts.length;
        expect(/; (\d+) hosts? do(es)? not report/.exec(text)?.[1]).toBe(silent === 0 ? undefined : String(silent));
      }),
    );
  });

  it.each([
    [
      "en" as const,
      "coop.prod: 1 CVE with a fix still open on 1 of 1 host, the longest for 22 days; 1 host does not report",
    ],
    [
      "de" as const,
      "coop.prod: 1 CVE trotz Korrektur offen auf 1 von 1 Host, am längsten seit 22 Tagen; 1 Host meldet sich nicht",
    ],
  ])("is one line in %s", (language, expected) => {
    const hosts = [{ host: "web1", packages: packagesOf(["libssl3t64 3.5.1-1 openssl"]), runs: [] }];
    const report = makeReport(evidenceOf({ hosts, data, advisories }));
    expect(reportTexts(language).headline(report.stack, report.summary)).toBe(expected);
  });

  it("does not say that all is well without data", () => {
    const report = makeReport(evidenceOf({ hosts: [{ host: "web1", packages: packagesOf([]), runs: [] }] }));
    expect(reportTexts("en").headline("coop", report.summary)).toContain("CVEs are not known");
  });
});
