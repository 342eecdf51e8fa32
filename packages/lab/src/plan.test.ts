import { describe, expect, it } from "vitest";
import { planLabNumber, planNewHosts } from "./plan.js";
import type { HostState, LabState } from "./state.js";

const none = new Map<number, string>();
const running = (number: number): LabState => ({
  version: 1,
  name: "mine",
  number,
  delayMs: 0,
  registryKey: "k",
  hosts: [],
});

describe("a lab's number", () => {
  it("is 0 for the default lab and the lowest free one for others", () => {
    expect(planLabNumber({ hosts: [] }, undefined, none)).toBe(0);
    expect(planLabNumber({ name: "mine", hosts: [] }, undefined, none)).toBe(1);
    expect(
      planLabNumber(
        { name: "mine", hosts: [] },
        undefined,
        new Map([
          [1, "a"],
          [2, "b"],
        ]),
      ),
    ).toBe(3);
  });

  it("stays what it is while the lab exists", () => {
    expect(planLabNumber({ name: "mine", hosts: [] }, running(7), none)).toBe(7);
    expect(() => planLabNumber({ name: "mine", number: 8, hosts: [] }, running(7), none)).toThrow("7");
  });

  it("is not shared: the holder is named", () => {
    expect(() => planLabNumber({ name: "mine", number: 4, hosts: [] }, undefined, new Map([[4, "other"]]))).toThrow(
      '"other"',
    );
  });
});

describe("new hosts", () => {
  const web1 = { name: "web1", number: 1 } as HostState;

  it("are the ones that are missing, numbered after the ones that exist", () => {
    const added = planNewHosts(
      "mine",
      [{ name: "web1" }, { name: "web2" }, { name: "web3", ramMiB: 512, flavour: "stock" }],
      [web1],
    );
    expect(added.map(({ name, number, ramMiB, flavour }) => ({ name, number, ramMiB, flavour }))).toEqual([
      { name: "web2", number: 2, ramMiB: 1536, flavour: "warm" },
      { name: "web3", number: 3, ramMiB: 512, flavour: "stock" },
    ]);
  });

  it("are named once, have enough memory, and differ in their machine ids", () => {
    expect(planNewHosts("mine", [{ name: "a" }, { name: "a" }], [])).toHaveLength(1);
    expect(() => planNewHosts("mine", [{ name: "a", ramMiB: 64 }], [])).toThrow("64 MiB");
    const ids = planNewHosts("mine", [{ name: "a" }, { name: "b" }], []).map((host) => host.machineId);
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });
});
