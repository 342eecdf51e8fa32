import { expect, test } from "vitest";
import { isAtLeast, parsePodmanVersion, renderPodmanVersion } from "./podman-version.js";

test.each([
  ["podman version 5.4.2\n", "5.4.2"],
  ["5.4.2+ds1-2", "5.4.2"],
  ["v5.5", "5.5.0"],
  ["5.6.0-rc1", "5.6.0"],
])("reads %j", (text, expected) => {
  expect(renderPodmanVersion(parsePodmanVersion(text))).toBe(expected);
});

test.each(["", "podman", "5", "5.x", "5.4.2 and more"])("refuses %j", (text) => {
  expect(() => parsePodmanVersion(text)).toThrow(expect.objectContaining({ code: "bad-podman-version" }));
});

test("refuses a Podman whose Quadlet lacks what services need", () => {
  expect(() => parsePodmanVersion("4.9.3")).toThrow(expect.objectContaining({ code: "podman-too-old" }));
});

test("compares by numbers, not by text", () => {
  expect(isAtLeast(parsePodmanVersion("5.10.0"), parsePodmanVersion("5.9.9"))).toBe(true);
  expect(isAtLeast(parsePodmanVersion("5.4.2"), parsePodmanVersion("5.5.0"))).toBe(false);
});
