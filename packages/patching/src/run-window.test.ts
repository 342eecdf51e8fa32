import { expect, it } from "vitest";
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
