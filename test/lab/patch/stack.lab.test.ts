import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { renderSnapshot } from "@allmende/model";
import { readPatchState } from "@allmende/patching";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { projectDirectory } from "../support/paths.js";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { failuresOf, operationsOf, type StackRun, TestStack } from "../support/test-stack.js";
import { alpha, installAlpha, versionOf } from "./alpha.js";
import { clearHost, publish } from "./repository.js";
import { targetOf } from "./target.js";
import { declareWindow } from "./window-stack.js";

let lab: Lab;
let stack: TestStack;
const hosts = ["web1", "web2"];
const hourMs = 3_600_000;
const minuteMs = 60_000;

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("patch-stack", lab);
  // The very program that CI applies; the inventory is the test's.
  writeFileSync(join(stack.directory, "index.ts"), readFileSync(join(projectDirectory, "stacks/patch/index.ts")));
  writeFileSync(join(stack.directory, "vulnerabilities"), vulnerabilities);
});

afterAll(async () => {
  await stack?.destroy();
  if (lab) await Promise.all(hosts.map((host) => clearHost(lab, host, "alpha")));
});

/** Debsecan's data: a hole in alpha that 1.1 closes. */
const vulnerabilities = "VERSION 1\nCVE-2026-4711,,a hole in alpha\n\nalpha,0,SH F,1.1,\n\n";

function configure(config: Readonly<Record<string, string>> = {}): void {
  const own = {
    "allmende:privateKeyFile": lab.hosts[0]?.privateKeyPath,
    "patch-stack:inventory": "./inventory",
    "patch-stack:runsAs": "lab.test",
    "patch-stack:vulnerabilities": "./vulnerabilities",
  };
  const path = join(stack.directory, "Pulumi.test.yaml");
  // The engine keeps its salt in the same file.
  const salt = readSalt(path);
  writeFileSync(path, stringify({ ...salt, config: { ...own, ...config } }));
}

function readSalt(path: string): object {
  const line = /^encryptionsalt: (.*)$/m.exec(readFileSync(path, "utf8"));
  return line === null ? {} : { encryptionsalt: line[1] };
}

const versions = async () => await Promise.all(hosts.map(async (host) => (await versionOf(lab, host)).split(" ")[0]));
const runs = { "nightly-web1": "create", "nightly-web2": "create" };

/** What was said at a host's run, of one severity. */
const saidOf = (run: StackRun, name: string, severity: string) =>
  run.diagnostics.filter((each) => each.severity.startsWith(severity) && each.urn?.endsWith(`::${name}`));

async function runsOn(host: string) {
  const target = targetOf(lab, host);
  try {
    const ssh = await target.connect();
    return (await readPatchState(ssh, host)).runs;
  } finally {
    await target.close();
  }
}

describe("stacks/patch", () => {
  beforeEach(() => keepEvidence(lab));

  test("a window that is closed: the resources are there, and no host is touched", async () => {
    await Promise.all(hosts.map((host) => installAlpha(lab, host, alpha("1.1"))));
    configure();
    declareWindow(stack, Date.now() + 24 * hourMs);
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(run)).toMatchObject(runs);
    expect(await versions()).toEqual(["1.0", "1.0"]);
    expect(await runsOn("web1")).toEqual([]);
  });

  test("open: the preview says what comes, in which order and what it fixes, and changes nothing", async () => {
    declareWindow(stack, Date.now() - hourMs);
    const preview = await stack.preview();
    expect(failuresOf(preview)).toBe("");
    const said = hosts.map((host) => saidOf(preview, `nightly-${host}`, "info").map(({ message }) => message)[0]);
    expect(said[0]).toMatch(/the canary, wave 1 of 2, then 1s of waiting\n/);
    expect(said[1]).toMatch(/wave 2 of 2\n/);
    for (const text of said) {
      expect(text).toMatch(/alpha 1\.0 -> 1\.1 security, fixes CVE-2026-4711 \(high\)\n/);
      expect(text).toMatch(/alpha\.service \(system\)[\s\S]*no reboot expected/);
    }
    expect(await versions()).toEqual(["1.0", "1.0"]);
    expect(await runsOn("web1")).toEqual([]);
  });

  test("up patches one host after the other, whatever the engine does side by side, and only once", async () => {
    const run = await stack.up("--parallel", "1");
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(run)).toMatchObject({ "nightly-web1": "update", "nightly-web2": "update" });
    expect(await versions()).toEqual(["1.1", "1.1"]);
    const [first, second] = await Promise.all(hosts.map(async (host) => (await runsOn(host))[0]));
    expect([first, second]).toMatchObject([{ stack: "lab.test", outcome: "done" }, { outcome: "done" }]);
    const endMs = Date.parse(first?.phases.at(-1)?.startedAt ?? "");
    expect(Date.parse(second?.startedAt ?? "")).toBeGreaterThanOrEqual(endMs);

    const again = await stack.up();
    expect([failuresOf(again), operationsOf(again)]).toEqual(["", {}]);
    declareWindow(stack, Date.now() + 24 * hourMs);
    const closed = await stack.up();
    expect([failuresOf(closed), operationsOf(closed)]).toEqual(["", {}]);
  });

  test("the canary fails: up says where and why, and the second host is untouched", async () => {
    await Promise.all(hosts.map((host) => installAlpha(lab, host, alpha("2.0", { start: "/bin/false" }))));
    declareWindow(stack, Date.now() - 2 * hourMs);
    const run = await stack.up();
    expect(run.exitCode).toBe(1);
    const [failed, halted] = hosts.map((host) => saidOf(run, `nightly-${host}`, "error")[0]?.message);
    expect(failed).toMatch(/web1: its run failed and was taken back in the phase proof: .*alpha\.service/);
    expect(halted).toMatch(/web2 was left alone: halted: web1 went first and failed/);
    expect(await versions()).toEqual(["1.0", "1.0"]);
    expect(await runsOn("web2")).toEqual([]);

    declareWindow(stack, Date.now() + 24 * hourMs);
    const closed = await stack.up();
    expect(failuresOf(closed)).toBe("");
  });

  test("with a snapshot, every host gets the packages of the opening, though the repositories have moved on", async () => {
    const openMs = Math.floor(Date.now() / minuteMs - 90) * minuteMs;
    const snapshot = renderSnapshot(openMs);
    for (const host of hosts) {
      await installAlpha(lab, host, alpha("1.5"), { snapshot });
      await publish(lab, host, [alpha("3.0")]);
    }
    declareWindow(stack, openMs, { snapshot: "opening" });
    const said = saidOf(await stack.preview(), "nightly-web2", "info").map(({ message }) => message);
    expect(said[0]).toMatch(/alpha 1\.0 -> 1\.5/);
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(await versions()).toEqual(["1.5", "1.5"]);
    expect((await runsOn("web2"))[0]).toMatchObject({ outcome: "done", snapshot });
    expect(operationsOf(await stack.up())).toEqual({});

    declareWindow(stack, Date.now() + 24 * hourMs);
    expect(failuresOf(await stack.up())).toBe("");
  });

  test("an emergency needs a reason and a name, is done once, and both are recorded on the hosts", async () => {
    await Promise.all(hosts.map((host) => installAlpha(lab, host, alpha("2.1"))));
    configure({ "emergency:reason": "a hole in alpha" });
    const refused = await stack.up();
    expect([refused.exitCode === 0, refused.text]).toEqual([false, expect.stringContaining("emergency:by")]);
    configure({ "emergency:reason": "a hole in alpha", "emergency:by": "gerd" });
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(run)).toMatchObject({ "nightly-emergency-web1": "create", "nightly-emergency-web2": "create" });
    expect(await versions()).toEqual(["2.1", "2.1"]);
    const emergency = { by: "gerd", reason: "a hole in alpha" };
    expect((await runsOn("web2"))[0]).toMatchObject({ outcome: "done", emergency });
    expect(operationsOf(await stack.up())).toEqual({});
  });
});
