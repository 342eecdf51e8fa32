import { expect, it } from "vitest";
import type { PatchTarget } from "./patch-connection.js";
import { runWindow } from "./run-window.js";
import { windowOf } from "./testing/windows.js";
import { planWaves } from "./wave-plan.js";

it("counts a host that the stack was never brought to as failed, and lets no other begin after a failed canary", async () => {
  const plan = planWaves(windowOf({ canary: { hosts: 1, soak: "30m" } }), [{ name: "web1" }, { name: "web2" }]);
  const identity = { stack: "lab.lab", occurrence: "nightly/1", owner: "ci", window: "nightly" } as never;
  const result = await runWindow(plan, new Map(), identity, { latestMs: {} } as never, { now: () => 0 });
  expect(result.hosts.map(({ host, state }) => [host, state])).toEqual([
    ["web1", "failed"],
    ["web2", "not-begun"],
  ]);
});

it("keeps a kernel that one host holds from the others, when none may fail: they are asked again what is pending without it", async () => {
  const held = ["6.12.57", "linux-image-6.12.57", "6.12.57-1", "6.12.48", "1000", "nightly/1", "-", "units: a.service"];
  const orders: string[] = [];
  const target = (name: string): PatchTarget => {
    const answer = (mode: string, input: string) => {
      const own = name === "web1" ? [`held\t${held.join("\t")}`] : [];
      if (mode === "status") return ["begin-state", ...own, "end-state"];
      orders.push(`${name} ${mode} ${/^hold\t.*$/m.exec(input)?.[0] ?? "-"}`);
      if (mode === "plan") return ["begin-plan", ...own, "end-plan"];
      return ["begin-report", "outcome\tdone", "end-report"];
    };
    const execAsRoot = async (command: string, { stdin }: { stdin: Buffer }) => {
      const [, mode = ""] = /allmende (\w+)$/.exec(command) ?? [];
      return { stdout: Buffer.from(answer(mode, String(stdin)).join("\n")), stderr: "", exitCode: 0 };
    };
    return { name, connect: async () => ({ execAsRoot, end: async () => {}, closed: Promise.resolve() }) as never };
  };
  const plan = planWaves(windowOf({}), [{ name: "web1" }, { name: "web2" }]);
  const targets = new Map(["web1", "web2"].map((name) => [name, target(name)]));
  const identity = { stack: "lab.lab", occurrence: "nightly/2", owner: "ci" };
  const policy = { updates: "all", reboot: "never", latestMs: {} } as const;
  await runWindow(plan, targets, identity, policy);
  const hold = ["hold", ...held.with(3, "-").with(6, "web1")].join("\t");
  expect(orders.sort()).toEqual([
    ...["web1 plan -", "web1 run -"],
    ...["web2 plan -", `web2 plan ${hold}`, `web2 run ${hold}`],
  ]);
});

it("says of a host that has done this run before what has come since, and does not do it", async () => {
  const alpha = ["package", "alpha", "all", "1.0", "1.1", "security", "-"].join("\t");
  const report = ["begin-report", "run\tlab.lab\tnightly_2\tci\t1", "outcome\tdone", "end-report"];
  const asked: string[] = [];
  const execAsRoot = async (command: string) => {
    const [, mode = ""] = /allmende (\w+)$/.exec(command) ?? [];
    asked.push(mode);
    const state = ["begin-state", "end-state", ...report];
    const lines = mode === "status" ? state : mode === "plan" ? ["begin-plan", alpha, "end-plan"] : report;
    return { stdout: Buffer.from(lines.join("\n")), stderr: "", exitCode: 0 };
  };
  const connect = async () => ({ execAsRoot, end: async () => {}, closed: Promise.resolve() }) as never;
  const plan = planWaves(windowOf({}), [{ name: "web1" }]);
  const identity = { stack: "lab.lab", occurrence: "nightly/2", owner: "ci" };
  const policy = { updates: "all", reboot: "never", latestMs: {} } as const;
  const result = await runWindow(plan, new Map([["web1", { name: "web1", connect }]]), identity, policy);
  expect(asked).toEqual(["status", "plan", "run"]);
  expect(result.hosts).toMatchObject([{ host: "web1", state: "done", isEarlier: true, pendingCount: 1 }]);
});
