import { HostError } from "@allmende/model";
import type { HostRun } from "@allmende/patching";
import { expect, test } from "vitest";
import { stylesFor } from "../output/style.js";
import { recordingContext } from "../testing.js";
import { addFixes, plannedHosts, type WindowPatchPlan } from "./plan.js";
import { renderDataNote, renderPatchHistory, renderPatchPlan, renderPatchRun, renderPatchStatus } from "./render.js";

const style = stylesFor(false);
const run: HostRun = {
  ...{ stack: "coop.prod", occurrence: "nightly/2026", owner: "ci", startedAt: "2026-11-25T02:00:00.000Z" },
  outcome: "rolled-back",
  cause: { code: "proof-failed", message: "units: alpha.service" },
  checks: [
    { name: "kernel", state: "warn", text: "no kernel of its own" },
    { name: "left:job.service", state: "warn", text: "job.service is not started again" },
  ],
  upgraded: [],
  keptFiles: [{ path: "/etc/alpha.conf", offered: "/etc/alpha.conf.dpkg-dist" }],
  restarted: [{ of: "system", unit: "alpha.service" }],
  reboot: { state: "deferred", reason: "not allowed" },
  proof: [],
  irreversible: ["scripts have run"],
  log: ["a line"],
  phases: [],
};

const kernel = {
  ...{ release: "6.12.57", since: "2026-11-02T01:00:00.000Z", occurrence: "nightly/1", reason: "units: a.service" },
};

test("a run that was over before says so, and by whom", () => {
  const result = {
    host: "web1",
    state: "done",
    isEarlier: true,
    run: { ...run, outcome: "done", cause: undefined },
  } as const;
  const shown = renderPatchRun({ window: "nightly", occurrence: "nightly/2026", hosts: [result] }, recordingContext());
  expect(shown).not.toContain("since then");
  const waiting = { ...result, pendingCount: 2 };
  expect(
    renderPatchRun({ window: "nightly", occurrence: "nightly/2026", hosts: [waiting] }, recordingContext()),
  ).toContain("\n  2 packages wait since then: for the next opening, or for a run with --emergency");
  expect(shown).toMatch(/^web1: already done, .* \(by ci, begun Wed 2026-11-25 02:00 UTC; nothing was done now\)\n/);
});

test("a plan says until when a run is in time for the hosts after the canary, and when none can be", () => {
  const plan: WindowPatchPlan = {
    ...{ window: "nightly", open: false, updates: "security", reboot: "never", waves: [] },
    occurrence: {
      id: "nightly/2026-12-01T02:00[Europe/Berlin]",
      ...{ startsAt: "2026-12-01T01:00:00.000Z", endsAt: "2026-12-01T04:00:00.000Z" },
    },
    beginBy: "2026-12-01T02:10:00.000Z",
  };
  expect(renderPatchPlan(plan, style)).toContain(
    "\n  a run that begins after Tue 2026-12-01 03:10 patches the canary alone (its soak and cutoff.upgrade); the earlier, the more hosts\n",
  );
  expect(renderPatchPlan({ ...plan, beginBy: "2026-12-01T01:00:00.000Z" }, style)).toContain(
    "\n  too narrow: the canary is all that is patched, however early a run begins",
  );
});

test("a plan says when, then wave by wave what each host would get", () => {
  const plan: WindowPatchPlan = {
    ...{ window: "nightly", open: false, updates: "security", reboot: "never" },
    occurrence: {
      id: "nightly/2026-12-01T02:00[Europe/Berlin]",
      ...{ startsAt: "2026-12-01T01:00:00.000Z", endsAt: "2026-12-01T04:00:00.000Z" },
    },
    waves: [
      {
        ...{ kind: "canary", soakSeconds: 600 },
        hosts: [
          {
            host: "web1",
            packages: [
              { name: "alpha", architecture: "all", installed: "1.0", available: "1.1", security: true },
              { name: "beta", architecture: "all", installed: undefined, available: "2", security: false },
            ],
            keptBack: ["podman"],
            restarts: [{ of: "system", unit: "alpha.service" }],
            reboot: "linux-image-1",
            release: "trixie",
          },
        ],
      },
      {
        ...{ kind: "wave", number: 1, soakSeconds: 0 },
        hosts: [
          { host: "web2", packages: [], keptBack: [], restarts: [], reboot: undefined, release: "trixie" },
          { host: "web3", error: { message: "away" } },
        ],
      },
    ],
  };
  expect(renderPatchPlan(plan, style)).toBe(
    [
      "nightly: opens Tue 2026-12-01 02:00, until Tue 2026-12-01 05:00 Europe/Berlin (security updates, reboot never)",
      "  canary, then 10m of waiting",
      "    web1: 2 packages",
      "      alpha 1.0 -> 1.1 security",
      "      beta (new) -> 2",
      "      restarts: alpha.service (system)",
      "      reboot expected: linux-image-1",
      "      kept back: podman",
      "  wave 1",
      "    web2: nothing is pending",
      "    web3: away",
      "",
    ].join("\n"),
  );
});

test("a plan says which CVEs an upgrade fixes, and from when or why not that is known", () => {
  const host = { host: "web1", keptBack: [], restarts: [], reboot: undefined, release: "trixie" };
  const fixes = [
    { cve: "CVE-2026-1", urgency: "high" as const },
    { cve: "CVE-2026-2", urgency: undefined },
  ];
  const alpha = { name: "alpha", architecture: "all", installed: "1", available: "2", security: true, fixes };
  const plan: WindowPatchPlan = {
    ...{ window: "nightly", open: false, updates: "security", reboot: "never", occurrence: undefined },
    waves: [{ kind: "rest", soakSeconds: 0, hosts: [{ ...host, packages: [alpha] }] }],
  };
  expect(renderPatchPlan(plan, style)).toContain("alpha 1 -> 2 security, fixes CVE-2026-1 (high), CVE-2026-2\n");
  expect(renderDataNote(undefined, style)).toContain("CVEs are not shown");
  const dated = { origin: "/srv/data.json", date: "2026-11-20T01:02:03.000Z", dateIs: "file" as const };
  expect(renderDataNote(dated, style)).toBe("CVEs by /srv/data.json of 2026-11-20\n");
  expect(renderDataNote(dated, style, [{ host: "web3", release: "forky" }])).toContain(
    "not shown of another release: web3 (forky)",
  );
  expect(renderDataNote({ ...dated, staleBecause: "the server answers 503" }, style)).toContain("503");
});

test("a run says of each host how it ended, why, and what a person has to know", () => {
  const text = renderPatchRun(
    {
      ...{ window: "nightly", occurrence: "nightly/2026" },
      hosts: [
        { host: "web1", state: "failed", run },
        { host: "web2", state: "failed", error: new HostError("it is away", { code: "x" }) },
        { host: "web3", state: "not-begun" },
      ],
      stopped: { kind: "canary", hosts: ["web1"] },
    },
    recordingContext(),
  );
  expect(text).toBe(
    [
      "web1: rolled-back, 0 packages, 1 restart, reboot deferred",
      "  because: units: alpha.service",
      "  reboot: not allowed",
      "  kept: /etc/alpha.conf (the package's own is /etc/alpha.conf.dpkg-dist)",
      "  note: no kernel of its own",
      "  note: job.service is not started again",
      "  cannot be taken back: scripts have run",
      "  | a line",
      "error: web2: it is away",
      "web3: left alone",
      "halted: web1 went first and failed",
      "",
    ].join("\n"),
  );
});

test("status and history show one line per host and per run", () => {
  const snapshot = "20261124T020000Z";
  const lock = { stack: "s", occurrence: "nightly/2026", owner: "ci", since: "", ageSeconds: 61 };
  const status = renderPatchStatus(
    [
      { host: "web1", value: { lock, runs: [{ ...run, snapshot }] } },
      { host: "web2", value: { runs: [], heldKernels: [kernel] } },
    ],
    style,
  ).split("\n");
  const held = "held: kernel 6.12.57: its proof failed, 2026-11-02, nightly/1: units: a.service (a newer one is tried";
  expect(status[3]).toContain(`web2: ${held}`);
  expect(status[1]).toMatch(
    /^web1 +nightly\/2026 by ci, last sign of life 61 s ago +rolled-back \(nightly\/2026, snapshot 20261124T020000Z\)$/,
  );
  expect(status[2]).toMatch(/^web2 +free +none yet$/);
  expect(status[4]).toBe(
    "web1: this run of s is on its way, or was cut off. Has its runner (ci) ended? Then finish it: allmende patch run --resume",
  );
  expect(status.slice(5)).toEqual(["web1: note: job.service is not started again", ""]);
  expect(renderPatchHistory([{ host: "web1", ...run, snapshot }], style).split("\n")[1]).toMatch(
    /^Wed 2026-11-25 02:00 UTC +web1 +nightly\/2026 +rolled-back +0 +deferred +20261124T020000Z +units: alpha.service$/,
  );
});

test("fixes are shown on hosts of the release that the data is about, and on no other", () => {
  const alpha = { name: "alpha", architecture: "all", installed: "1", available: "2", security: true };
  const host = { packages: [alpha], keptBack: [], restarts: [], reboot: undefined };
  const hosts = [
    { host: "web1", release: "trixie", ...host },
    { host: "web2", release: "forky", ...host },
    { host: "web3", error: { message: "away" } },
  ];
  const plan: WindowPatchPlan = {
    ...{ window: "nightly", open: false, updates: "security", reboot: "never", occurrence: undefined },
    waves: [{ kind: "rest", soakSeconds: 0, hosts }],
  };
  const flaw = {
    id: "CVE-2026-1",
    urgency: "high" as const,
    fixedIn: "2",
    alsoFixed: [],
    hasFix: true,
    ofBinary: false,
  };
  const dated = { origin: "/srv/data.json", date: "2026-11-20T01:02:03.000Z", dateIs: "file" as const };
  const data = { format: "tracker" as const, release: "trixie", packages: new Map([["alpha", [flaw]]]), dated };
  const withSource = { ...alpha, source: { name: "alpha", installed: "1", available: "2" } };
  const asked = [
    {
      ...plan,
      waves: [
        {
          kind: "rest" as const,
          soakSeconds: 0,
          hosts: hosts.map((each) => ("error" in each ? each : { ...each, packages: [withSource] })),
        },
      ],
    },
  ];
  const [first, second] = plannedHosts(addFixes(asked, data));
  expect(first?.packages).toMatchObject([{ fixes: [{ cve: "CVE-2026-1", urgency: "high" }] }]);
  expect(second?.packages).toEqual([withSource]);
});
