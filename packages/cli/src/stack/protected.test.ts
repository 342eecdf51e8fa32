import { expect, test } from "vitest";
import { findProtected } from "./protected.js";

const exported = (...resources: [name: string, protect: boolean][]) =>
  JSON.stringify({
    deployment: { resources: resources.map(([name, protect]) => ({ urn: `urn:pulumi:a::b::t:T::${name}`, protect })) },
  });

test("a stack with protected servers is not destroyed, and each is named once", () => {
  const error = findProtected(exported(["web2", true], ["web1-data", true], ["web1", true], ["site", false]), "/stack");
  expect(error?.message).toBe("web1, web2: protected, so nothing was done");
  expect(error?.nextStep).toContain("set protect: false for web1, web2, run `allmende up`");
});

test("one without any, or without anything, may be", () => {
  expect(findProtected(exported(["web1", false]), "/stack")).toBeUndefined();
  expect(findProtected("{}", "/stack")).toBeUndefined();
});
