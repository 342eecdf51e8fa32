import { describe, expect, it } from "vitest";
import { describeHeldKernel, type HeldKernel, heldByOthers, parseHeldKernel, renderHold } from "./held-kernel.js";
import { parseRun } from "./parsed-run.js";
import { renderPending } from "./pending-text.js";
import { windowOf } from "./testing/windows.js";
import { planWaves } from "./wave-plan.js";

const line = ["6.12.57", "linux-image-6.12.57", "6.12.57-1", "6.12.48", "1000", "nightly/1", "-", "units: a.service"];
const held: HeldKernel = {
  ...{ release: "6.12.57", package: { name: "linux-image-6.12.57", version: "6.12.57-1" }, instead: "6.12.48" },
  ...{ since: "1970-01-01T00:16:40.000Z", occurrence: "nightly/1", reason: "units: a.service" },
};

describe("a held kernel", () => {
  it("is read as the host says it, and ordered from another as one that failed there", () => {
    expect(parseHeldKernel(line)).toEqual(held);
    expect(renderHold({ ...held, failedOn: "web1" })).toEqual(["hold", ...line.with(3, "-").with(6, "web1")]);
    const bare = parseHeldKernel(line.with(1, "-").with(2, "-"));
    expect(bare).not.toHaveProperty("package");
    expect(describeHeldKernel(bare)).toBe("kernel 6.12.57: its proof failed, 1970-01-01, nightly/1: units: a.service");
  });

  it("is said in a plan", () => {
    const pending = { packages: [], keptBack: [], restarts: [], reboot: undefined, release: "trixie" };
    expect(renderPending({ ...pending, heldKernels: [{ ...held, failedOn: "web1" }] })).toEqual([
      "held: kernel 6.12.57 (linux-image-6.12.57 6.12.57-1): its proof failed on web1, 1970-01-01, nightly/1: units: a.service (a newer one is tried; this one after `allmende patch release`)",
    ]);
  });

  it("is no longer held by a run that proves a newer one", () => {
    const said = ["held", ...line].join("\t");
    expect(parseRun([said, said]).heldKernels).toEqual([held]);
    expect(parseRun([said, "unheld\t6.12.57\t6.12.57-1"])).not.toHaveProperty("heldKernels");
  });
});

describe("what other hosts of a window hold", () => {
  const hosts = ["web1", "web2", "web3", "web4"].map((name) => ({ name }));
  const keptFrom = (window: Parameters<typeof windowOf>[0], holders: readonly string[]) => {
    const others = heldByOthers(planWaves(windowOf(window), hosts), new Map(holders.map((name) => [name, [held]])));
    return hosts.map(({ name }) => name).filter((name) => others(name).length > 0);
  };

  it("is kept from all when the canary holds it, or more hosts than may fail", () => {
    expect(keptFrom({ canary: { hosts: 1, soak: "1m" } }, ["web1"])).toEqual(["web2", "web3", "web4"]);
    expect(keptFrom({ errorThreshold: 1 }, ["web2"])).toEqual([]);
    expect(keptFrom({ errorThreshold: 1 }, ["web2", "web3"])).toEqual(["web1", "web4"]);
  });

  it("says on which host it failed, and another host's word is not passed on", () => {
    const plan = planWaves(windowOf({}), hosts);
    const { instead: _, ...rest } = held;
    expect(heldByOthers(plan, new Map([["web1", [held]]]))("web2")).toEqual([{ ...rest, failedOn: "web1" }]);
    expect(heldByOthers(plan, new Map([["web1", [{ ...held, failedOn: "web3" }]]]))("web2")).toEqual([]);
  });
});
