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
