import { HostError } from "@allmende/model";
import { describe, expect, it } from "vitest";
import type { HostRun } from "./host-run.js";
import { checkLevel, withProven } from "./level.js";
import { runWaves } from "./run-waves.js";
import { simulateHosts } from "./testing/simulated-hosts.js";
import { windowOf } from "./testing/windows.js";
import { planWaves } from "./wave-plan.js";

const hosts = ["web1", "web2", "web3", "web4"].map((name) => ({ name }));
const plan = planWaves(windowOf({ concurrency: 2, canary: { hosts: 1, soak: "30m" } }), hosts);
const tolerant = planWaves(windowOf({ concurrency: 2, errorThreshold: 1 }), hosts);

describe("runWaves", () => {
  it("does the canary first and alone, waits, and then the others, two at a time", async () => {
    const { told, work, options, nowMs } = simulateHosts({});
    const result = await runWaves(plan, work, options);
    expect(told).toEqual([
      ...["+web1", "web1:done", "soak", "+web2", "+web3", "web2:done", "web3:done"],
      ...["+web4", "web4:done"],
    ]);
    expect(nowMs()).toBe(30 * 60_000 + 4 * 60_000);
    expect(result).toMatchObject({ hosts: hosts.map(({ name }) => ({ host: name, state: "done" })) });
    expect(result.stopped).toBeUndefined();
  });

  it.each<[HostRun["outcome"] | Error]>([
    ["rolled-back"],
    ["refused"],
    ["broken"],
    [new HostError("away", { code: "host-not-back" })],
  ])("does nothing more after a canary that ended as %s", async (outcome) => {
    const { told, work, options } = simulateHosts({ web1: outcome });
    const result = await runWaves(plan, work, options);
    expect(told).toEqual(["+web1", "web1:failed", "canary"]);
    expect(result.stopped).toEqual({ kind: "canary", hosts: ["web1"] });
    expect(result.hosts.map(({ state }) => state)).toEqual(["failed", "not-begun", "not-begun", "not-begun"]);
  });

  it("does nothing more after a canary that is not well at the end of the soak time", async () => {
    const { told, work, options } = simulateHosts({}, ["web1"]);
    await runWaves(plan, work, options);
    expect(told).toEqual(["+web1", "web1:done", "soak", "web1:failed", "canary"]);
  });

  it("goes on while failures are tolerated, and finishes what runs when they are not", async () => {
    const one = simulateHosts({ web1: "rolled-back" });
    expect((await runWaves(tolerant, one.work, one.options)).stopped).toBeUndefined();
    const two = simulateHosts({ web1: "rolled-back", web2: new Error("unreachable") });
    const result = await runWaves(tolerant, two.work, two.options);
    expect(result.stopped).toEqual({ kind: "threshold", failedCount: 2, toleratedCount: 1 });
    expect(result.hosts.map(({ state }) => state)).toEqual(["failed", "failed", "not-begun", "not-begun"]);
  });

  it("begins no host after the time for it, nor after an interruption", async () => {
    const late = simulateHosts({});
    const closed = await runWaves(tolerant, late.work, { ...late.options, latestBeginMs: 90_000 });
    expect(closed).toMatchObject({ stopped: { kind: "closed" } });
    expect(late.told).not.toContain("+web3");
    const controller = new AbortController();
    const ended = simulateHosts({});
    const work = {
      ...ended.work,
      run: async (host: string) => {
        controller.abort();
        return await ended.work.run(host);
      },
    };
    const result = await runWaves(tolerant, work, { ...ended.options, signal: controller.signal });
    expect(result.stopped).toEqual({ kind: "interrupted" });
    expect(result.hosts.map(({ state }) => state)).toEqual(["done", "done", "not-begun", "not-begun"]);
  });

  it("has each of 200 hosts do its run once, and never more at a time than allowed", async () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ name: `host${index}` }));
    const { told, work, options } = simulateHosts({});
    await runWaves(planWaves(windowOf({ concurrency: "5%" }), many), work, options);
    expect(told.filter((text) => text.startsWith("+"))).toHaveLength(200);
    expect(new Set(told).size).toBe(400);
    let running = 0;
    for (const text of told) {
      running += text.startsWith("+") ? 1 : -1;
      expect(running).toBeLessThanOrEqual(10);
    }
  });
});

describe("the level that hosts before have proven", () => {
  const alpha = (available: string) => ({
    name: "alpha",
    architecture: "all",
    installed: "1.0",
    available,
    security: true,
  });

  it("lets pass the same versions, and packages that no host before had", () => {
    const level = withProven(new Map(), [alpha("1.1")]);
    checkLevel("web2", level, [alpha("1.1"), { ...alpha("7"), name: "beta" }]);
  });

  it("refuses another version than the proven one", () => {
    const level = withProven(new Map(), [alpha("1.1")]);
    expect(() => checkLevel("web2", level, [alpha("1.2")])).toThrow("alpha 1.2 instead of 1.1");
  });
});
