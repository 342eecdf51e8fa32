import type { Lab } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { failuresOf, TestStack } from "../support/test-stack.js";
import { alpha, installAlpha, versionOf } from "./alpha.js";
import { clearHost, succeed } from "./repository.js";
import { declareWindow, patch } from "./window-stack.js";

let lab: Lab;
let stack: TestStack;
const hosts = ["web1", "web2"];

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("patch", lab);
  expect(failuresOf(await stack.up())).toBe("");
});

afterAll(async () => {
  await stack?.destroy();
  if (lab) await Promise.all(hosts.map((host) => clearHost(lab, host, "alpha")));
});

const hourMs = 3_600_000;

const versions = async () => await Promise.all(hosts.map((host) => versionOf(lab, host)));

describe("allmende patch", () => {
  beforeEach(() => keepEvidence(lab));

  test("the canary fails: it is taken back, and the second wave never starts", async () => {
    declareWindow(stack, Date.now() - hourMs);
    for (const host of hosts) await installAlpha(lab, host, alpha("2.0", { start: "/bin/false" }));
    const plan = await patch(stack, "plan");
    const pending = { packages: [{ name: "alpha", installed: "1.0", available: "2.0", security: true }] };
    expect(plan).toMatchObject({
      exitCode: 0,
      document: {
        windows: [
          {
            ...{ window: "nightly", open: true },
            waves: [
              { kind: "canary", soakSeconds: 1, hosts: [{ host: "web1", ...pending }] },
              { kind: "rest", hosts: [{ host: "web2", ...pending }] },
            ],
          },
        ],
      },
    });
    expect(plan.document.windows[0].waves[0].hosts[0].restarts).toContainEqual({ of: "system", unit: "alpha.service" });

    const run = await patch(stack, "run");
    expect(run).toMatchObject({
      exitCode: 1,
      document: {
        ok: false,
        runs: [
          {
            window: "nightly",
            stopped: { kind: "canary", hosts: ["web1"] },
            hosts: [
              { host: "web1", state: "failed", run: { outcome: "rolled-back", cause: { code: "proof-failed" } } },
              { host: "web2", state: "not-begun" },
            ],
          },
        ],
      },
    });
    expect(await versions()).toEqual(["1.0 install ok installed", "1.0 install ok installed"]);
    const history = await patch(stack, "history");
    expect(history.document.runs).toMatchObject([{ host: "web1", outcome: "rolled-back" }]);
  });

  test("nothing open: says so, changes nothing; an emergency run patches all, or those named, and why is recorded on the hosts", async () => {
    declareWindow(stack, Date.now() + 24 * hourMs);
    for (const host of hosts) await installAlpha(lab, host, alpha("2.1"));
    expect(await patch(stack, "run")).toMatchObject({ exitCode: 0, document: { ok: true, runs: [] } });
    expect(await patch(stack, "run", "--emergency", "--by", "gerd")).toMatchObject({ exitCode: 2 });
    expect(await versions()).toEqual(["1.0 install ok installed", "1.0 install ok installed"]);

    // Somebody kills what runs on the canary: nothing more begins, and that run can be finished.
    const decided = ["--emergency", "--by", "gerd", "--reason", "a hole in alpha"];
    await succeed(lab, "web1", ["tee", "/run/allmende.fault"], "kill upgrade-begin\n");
    expect(await patch(stack, "run", ...decided)).toMatchObject({
      exitCode: 1,
      document: { runs: [{ hosts: [{ error: { code: "run-interrupted" } }, { host: "web2", state: "not-begun" }] }] },
    });
    expect((await patch(stack, "status")).document.hosts).toMatchObject([
      { lock: { stack: "patch.test" } },
      { host: "web2" },
    ]);
    expect(await patch(stack, "run", "--resume")).toMatchObject({
      exitCode: 0,
      document: { runs: [{ hosts: [{ host: "web1", run: { outcome: "done", upgraded: [{ name: "alpha" }] } }] }] },
    });

    expect(await patch(stack, "run", "--target", "web2")).toMatchObject({ exitCode: 2 });
    expect(await patch(stack, "run", ...decided, "--target", "web9")).toMatchObject({
      exitCode: 2,
      document: { error: { code: "unknown-target" } },
    });
    const left = await patch(stack, "plan", "--target", "web2");
    expect(left.document.windows[0].waves).toMatchObject([
      { kind: "rest", hosts: [{ host: "web2", packages: [{ name: "alpha" }] }] },
    ]);
    const run = await patch(stack, "run", ...decided, "--target", "web2");
    expect(run.stderr).toContain("web2: done");
    expect(run).toMatchObject({
      exitCode: 0,
      document: { runs: [{ hosts: [{ host: "web2", run: { outcome: "done" } }] }] },
    });
    expect(run.document.runs[0].hosts).toHaveLength(1);
    expect(await versions()).toEqual(["2.1 install ok installed", "2.1 install ok installed"]);
    const status = await patch(stack, "status");
    const emergency = { by: "gerd", reason: "a hole in alpha" };
    expect(status.document.hosts).toMatchObject(
      hosts.map((host) => ({ host, lastRun: { outcome: "done", emergency } })),
    );
    expect(status.document.hosts.some((host: object) => "lock" in host)).toBe(false);
  });
});
