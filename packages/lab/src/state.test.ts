import { describe, expect, it } from "vitest";
import { LabError } from "./errors.js";
import { type HostState, type LabState, parseState, renderState } from "./state.js";

const host: HostState = {
  name: "web1",
  number: 1,
  ramMiB: 1536,
  flavour: "warm",
  imageKey: "a1",
  kernelKey: "b2",
  machineId: "0".repeat(32),
  hostKey: "ssh-ed25519 AAAA",
  cut: false,
};
const state: LabState = { version: 1, name: "lab", number: 0, delayMs: 0, registryKey: "c3", hosts: [host] };

describe("state", () => {
  it("is read as it was written", () => {
    expect(parseState(renderState(state))).toEqual(state);
  });

  it("refuses what another version or a crash left, and says what to do", () => {
    const broken = [
      "",
      "{",
      "null",
      "[]",
      JSON.stringify({ ...state, version: 2 }),
      JSON.stringify({ ...state, hosts: [{ ...host, ramMiB: "1" }] }),
    ];
    for (const text of broken) {
      expect(() => parseState(text, "/x/lab.json")).toThrow(LabError);
      expect(() => parseState(text, "/x/lab.json")).toThrow("/x/lab.json");
    }
  });
});
