import { describe, expect, it } from "vitest";
import { renderOrder, runKey } from "./run-order.js";
import type { RunPolicy } from "./run-policy.js";

const policy: RunPolicy = {
  updates: "security",
  reboot: "never",
  latestMs: { upgrade: 2_000_999 },
  limits: { freeMib: 1 },
};
const identity = { stack: "coop", occurrence: "nightly/2026-11-24T02:00[Europe/Berlin]", owner: "ci" };

describe("renderOrder", () => {
  it("says which run, what it may do until when, and each package", () => {
    const alpha = { name: "alpha", architecture: "all", installed: undefined, available: "1:2.0~rc1", security: true };
    const lines = renderOrder(identity, policy, [alpha], 1_000_000).split("\n");
    expect(lines).toEqual([
      "run\tcoop\tnightly_2026-11-24T02:00_Europe_Berlin_\tci\tnightly/2026-11-24T02:00[Europe/Berlin]",
      "now\t1000",
      "scope\tsecurity",
      "reboot\tnever",
      "until\tupgrade\t2000",
      "limit\tfree-mib\t1",
      "limit\tload-percent\t800",
      "limit\tclock-skew-seconds\t120",
      "limit\tlock-seconds\t1800",
      "limit\tsettle-seconds\t180",
      "limit\treboot-seconds\t300",
      "limit\tkeep-runs\t50",
      "package\talpha\tall\t-\t1:2.0~rc1\tsecurity",
      "end\t13",
      "",
    ]);
  });

  it("names the snapshot that is the level", () => {
    const order = renderOrder(identity, { ...policy, snapshot: "20261124T020000Z" }, [], 0);
    expect(order.split("\n")).toContain("snapshot\t20261124T020000Z");
  });

  it.each(["", "two\nlines", "a\ttab"])("refuses a reason that is no line of text: %j", (reason) => {
    expect(() => renderOrder({ ...identity, emergency: { by: "gerd", reason } }, policy, [], 0)).toThrow(/one line/);
  });
});

it("makes every name a name of a folder", () => {
  for (const name of ["coop", "../up", "a b", ".", "-x", "ü"]) {
    expect(runKey(name)).toMatch(/^[A-Za-z0-9][A-Za-z0-9@._:+-]*$/);
  }
});
