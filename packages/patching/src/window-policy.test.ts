import { openOccurrence } from "@allmende/model";
import { sampleWindow } from "@allmende/model/testing";
import { expect, it } from "vitest";
import { policyOf } from "./window-policy.js";

const at = (text: string) => Date.parse(`2026-11-25T${text}:00Z`);

it("gives a run the time that its phases have, and no end without an opening", () => {
  const window = sampleWindow({ name: "nightly", zone: "UTC" });
  expect(policyOf(window, openOccurrence(window, at("02:00")))).toEqual({
    updates: "security",
    reboot: "if-needed",
    latestMs: { upgrade: at("03:30"), restart: at("04:15"), reboot: at("04:30") },
  });
  expect(policyOf(window).latestMs).toEqual({});
});

it("gives all runs of an opening one snapshot, in UTC, and an emergency none", () => {
  const window = sampleWindow({ name: "nightly", zone: "Europe/Berlin", snapshot: "opening" });
  const opening = openOccurrence(window, at("02:00"));
  expect(policyOf(window, opening).snapshot).toBe("20261125T010000Z");
  expect(policyOf({ ...window, snapshot: "20261101T120000Z" }, opening).snapshot).toBe("20261101T120000Z");
  expect(policyOf(window)).not.toHaveProperty("snapshot");
});
