import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { projectDirectory } from "../support/paths.js";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { failuresOf, TestStack } from "../support/test-stack.js";
import { alpha, installAlpha, versionOf } from "./alpha.js";
import { clearHost, succeed } from "./repository.js";

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

/** One window in windows.yaml, nearly a whole day long, that first opens at an instant. */
function declareWindow(openMs: number): void {
  const start = new Date(openMs).toISOString().slice(0, 16);
  const always = { recurrence: "FREQ=DAILY", zone: "UTC", start, duration: "23h", updates: "security" };
  const order = { hosts: "all", waves: [], canary: { hosts: 1, soak: "1s" }, concurrency: 1, errorThreshold: 0 };
  const limits = { reboot: "never", cutoff: { upgrade: "1s", restart: "1s" }, notice: "1h" };
  const window = { ...always, ...order, ...limits };
  writeFileSync(join(stack.directory, "inventory/windows.yaml"), stringify({ nightly: window }));
}

async function patch(command: string, ...options: readonly string[]) {
  const program = join(projectDirectory, "packages/cli/bin/allmende.js");
  const argv = [program, "patch", command, stack.directory, "--json", ...options];
  const { exitCode, stdout, stderr } = await execa("node", argv, { reject: false, stdin: "ignore" });
  return { exitCode, stderr, document: stdout === "" ? {} : JSON.parse(stdout) };
}

const versions = async () => await Promise.all(hosts.map((host) => versionOf(lab, host)));

describe("allmende patch", () => {
  beforeEach(() => keepEvidence(lab));

  test("the canary fails: it is taken back, and the second wave never starts", async () => {
    declareWindow(Date.now() - hourMs);
    for (const host of hosts) await installAlpha(lab, host, alpha("2.0", { start: "/bin/false" }));
    const plan = await patch("plan");
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

    const run = await patch("run");
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
    const history = await patch("history");
    expect(history.document.runs).toMatchObject([{ host: "web1", outcome: "rolled-back" }]);
  });

  test("nothing open: says so, changes nothing; an emergency run patches all, and why is recorded on the hosts", async () => {
    declareWindow(Date.now() + 24 * hourMs);
    for (const host of hosts) await installAlpha(lab, host, alpha("2.1"));
    expect(await patch("run")).toMatchObject({ exitCode: 0, document: { ok: true, runs: [] } });
    expect(await patch("run", "--emergency", "--by", "gerd")).toMatchObject({ exitCode: 2 });
    expect(await versions()).toEqual(["1.0 install ok installed", "1.0 install ok installed"]);

    // Somebody kills what runs on the canary: nothing more begins, and that run can be finished.
    const decided = ["--emergency", "--by", "gerd", "--reason", "a hole in alpha"];
    await succeed(lab, "web1", ["tee", "/run/allmende.fault"], "kill upgrade-begin\n");
    expect(await patch("run", ...decided)).toMatchObject({
      exitCode: 1,
      document: { runs: [{ hosts: [{ error: { code: "run-interrupted" } }, { host: "web2", state: "not-begun" }] }] },
    });
    expect((await patch("status")).document.hosts).toMatchObject([{ lock: { stack: "patch.test" } }, { host: "web2" }]);
    expect(await patch("run", "--resume")).toMatchObject({
      exitCode: 0,
      document: { runs: [{ hosts: [{ host: "web1", run: { outcome: "done", upgraded: [{ name: "alpha" }] } }] }] },
    });

    const run = await patch("run", ...decided);
    expect(run.stderr).toBe("");
    expect(run).toMatchObject({
      exitCode: 0,
      document: { runs: [{ hosts: hosts.map((host) => ({ host, state: "done", run: { outcome: "done" } })) }] },
    });
    expect(await versions()).toEqual(["2.1 install ok installed", "2.1 install ok installed"]);
    const status = await patch("status");
    const emergency = { by: "gerd", reason: "a hole in alpha" };
    expect(status.document.hosts).toMatchObject(
      hosts.map((host) => ({ host, lastRun: { outcome: "done", emergency } })),
    );
    expect(status.document.hosts.some((host: object) => "lock" in host)).toBe(false);
  });
});
