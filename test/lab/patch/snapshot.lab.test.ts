import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { renderSnapshot } from "@allmende/model";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { projectDirectory } from "../support/paths.js";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { failuresOf, TestStack } from "../support/test-stack.js";
import { alpha, installAlpha, versionOf } from "./alpha.js";
import { clearHost, publish, succeed } from "./repository.js";
import { declareWindow, patch } from "./window-stack.js";

let lab: Lab;
let stack: TestStack;
const hosts = ["web1", "web2"];
const minuteMs = 60_000;
/** The minute, in the past, in which a window opens. */
const openMs = Math.floor(Date.now() / minuteMs - 60) * minuteMs;
const versions = async () => await Promise.all(hosts.map((host) => versionOf(lab, host)));
const installed = (version: string) => hosts.map(() => `${version} install ok installed`);

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("patch", lab);
  expect(failuresOf(await stack.up())).toBe("");
});

afterAll(async () => {
  await stack?.destroy();
  if (lab) await Promise.all(hosts.map((host) => clearHost(lab, host, "alpha")));
});

/** `allmende patch run`; `onSoaking` is done while the canary is watched. */
async function runAndMeanwhile(onSoaking: () => Promise<void>) {
  const program = join(projectDirectory, "packages/cli/bin/allmende.js");
  const run = execa("node", [program, "patch", "run", stack.directory, "--json"], { reject: false, stdin: "ignore" });
  const soaking = new Promise<void>((resolve) => {
    let said = "";
    run.stderr.on("data", (chunk: Buffer) => {
      said += String(chunk);
      if (said.includes("must stay well")) resolve();
    });
    run.stderr.on("end", resolve);
  });
  await soaking;
  await onSoaking();
  const { exitCode, stdout } = await run;
  return { exitCode, document: JSON.parse(stdout) };
}

describe("a window that declares a snapshot", () => {
  beforeEach(() => keepEvidence(lab));

  test("a host whose sources have none is told so by the plan, as is a moment that there is not", async () => {
    const snapshot = renderSnapshot(openMs);
    for (const host of hosts) await installAlpha(lab, host, alpha("2.0"), { snapshot });
    await succeed(lab, "web2", ["sed", "-i", "/^Snapshots:/d", "/srv/patch-repository/Release"]);
    declareWindow(stack, openMs, { snapshot: "opening" });
    const plan = await patch(stack, "plan");
    const [canary, rest] = plan.document.windows[0].waves;
    expect(plan.document.windows).toMatchObject([{ window: "nightly", snapshot }]);
    expect(canary.hosts).toMatchObject([{ host: "web1", packages: [{ name: "alpha", available: "2.0" }] }]);
    expect(rest.hosts).toMatchObject([{ host: "web2", error: { code: "snapshot-unsupported" } }]);
    expect(rest.hosts[0].error.message).toContain("copy:/srv/patch-repository");
    expect(rest.hosts[0].error.nextStep).toContain("Snapshots:");

    declareWindow(stack, openMs, { snapshot: "20200101T000000Z" });
    const missing = await patch(stack, "plan");
    expect(missing.document.windows[0].waves[0].hosts).toMatchObject([{ error: { code: "snapshot-missing" } }]);

    declareWindow(stack, openMs, { snapshot: "20990101T000000Z" });
    const future = await patch(stack, "plan");
    expect(future.document.windows[0].waves[0].hosts).toMatchObject([{ error: { code: "snapshot-future" } }]);
  });

  test("what the canary has proven is what the second wave gets, though the repository has moved on meanwhile", async () => {
    const snapshot = renderSnapshot(openMs);
    declareWindow(stack, openMs, { snapshot: "opening", canary: { hosts: 1, soak: "30s" } });
    await publish(lab, "web2", [alpha("1.0"), alpha("2.0")], snapshot);
    const run = await runAndMeanwhile(async () => {
      for (const host of hosts) await publish(lab, host, [alpha("3.0")]);
    });
    const done = { state: "done", run: { outcome: "done", snapshot, upgraded: [{ name: "alpha", to: "2.0" }] } };
    expect(run).toMatchObject({
      exitCode: 0,
      document: { runs: [{ hosts: hosts.map((host) => ({ host, ...done })) }] },
    });
    expect(await versions()).toEqual(installed("2.0"));
    for (const { run: of } of run.document.runs[0].hosts) {
      expect(of.checks).toContainEqual({ name: "snapshot", state: "ok", text: expect.stringContaining(snapshot) });
      expect(of.proof).toContainEqual(
        expect.objectContaining({ name: "packages", text: expect.stringContaining(snapshot) }),
      );
    }
    // Whatever else asks apt there sees today's sources.
    expect(await succeed(lab, "web2", ["apt-cache", "policy", "alpha"])).toContain("Candidate: 3.0");
    expect((await patch(stack, "status")).document.hosts).toMatchObject(
      hosts.map((host) => ({ host, lastRun: { snapshot } })),
    );
    expect((await patch(stack, "history")).document.runs).toMatchObject(hosts.map(() => ({ snapshot })));
  });

  test("a level that fails on the canary is taken back to what was there, though the repository has neither", async () => {
    const earlierMs = openMs - 5 * minuteMs;
    const snapshot = renderSnapshot(earlierMs);
    for (const host of hosts) {
      await publish(lab, host, [alpha("2.5", { start: "/bin/false" })], snapshot);
      await publish(lab, host, [alpha("3.0")]);
    }
    declareWindow(stack, earlierMs, { snapshot });
    const run = await patch(stack, "run");
    expect(run).toMatchObject({
      exitCode: 1,
      document: {
        runs: [{ hosts: [{ run: { outcome: "rolled-back", snapshot } }, { host: "web2", state: "not-begun" }] }],
      },
    });
    expect(await versions()).toEqual(installed("2.0"));
  });

  test("a run that was cut off goes on at its own level, whatever has been published since", async () => {
    const earlierMs = openMs - 10 * minuteMs;
    const snapshot = renderSnapshot(earlierMs);
    for (const host of hosts) await installAlpha(lab, host, alpha("2.0"), { snapshot });
    declareWindow(stack, earlierMs, { snapshot: "opening" });
    await succeed(lab, "web1", ["tee", "/run/allmende.fault"], "kill fetch-begin\n");
    expect(await patch(stack, "run")).toMatchObject({
      exitCode: 1,
      document: { runs: [{ hosts: [{ error: { code: "run-interrupted" } }, { host: "web2", state: "not-begun" }] }] },
    });
    for (const host of hosts) await publish(lab, host, [alpha("3.0")]);
    const done = { state: "done", run: { outcome: "done", snapshot, upgraded: [{ name: "alpha", to: "2.0" }] } };
    expect(await patch(stack, "run")).toMatchObject({
      exitCode: 0,
      document: { runs: [{ hosts: hosts.map((host) => ({ host, ...done })) }] },
    });
    expect(await versions()).toEqual(installed("2.0"));
  });
});
