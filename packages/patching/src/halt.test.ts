import { describe, expect, it } from "vitest";
import { haltReason } from "./halt.js";
import { windowOf } from "./testing/windows.js";
import { planWaves } from "./wave-plan.js";

const hosts = Array.from({ length: 20 }, (_, index) => ({ name: `web${index + 10}` }));
const plan = (errorThreshold: number | string) =>
  planWaves(windowOf({ errorThreshold, canary: { hosts: 2, soak: "10m" } }), hosts);

describe("haltReason", () => {
  it("goes on while nothing, or no more than is tolerated, has failed", () => {
    expect(haltReason(plan(0), [])).toBeUndefined();
    expect(haltReason(plan(2), ["web20", "web21"])).toBeUndefined();
    expect(haltReason(plan("10%"), ["web20", "web21"])).toBeUndefined();
  });

  it("halts at one more, counting each host once", () => {
    expect(haltReason(plan(0), ["web20"])).toEqual({ kind: "threshold", failedCount: 1, toleratedCount: 0 });
    expect(haltReason(plan(1), ["web20", "web20"])).toBeUndefined();
    expect(haltReason(plan("10%"), ["web20", "web21", "web22"])).toMatchObject({ failedCount: 3, toleratedCount: 2 });
  });

  it("halts when one of the canary failed, whatever is tolerated", () => {
    expect(haltReason(plan("100%"), ["web11"])).toEqual({ kind: "canary", hosts: ["web11"] });
  });
});
