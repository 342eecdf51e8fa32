import { HostError, UserError } from "@allmende/model";
import { expect, test } from "vitest";
import { describeError, renderError } from "./errors.js";

const plain = { colors: false, debug: false };

test("an error says what happened, where, why and what to do next, without a stack trace", () => {
  const cause = new Error("no route");
  const error = new HostError("the unit did not start", {
    code: "unit-failed",
    concerns: "web1",
    cause,
    nextStep: "look at its log",
    logTail: "line 1\nline 2\n",
  });
  expect(renderError(error, plain)).toBe(
    "error: the unit did not start\n  where: web1\n  because: no route\n  end of the log:\n    line 1\n    line 2\n  next: look at its log\n",
  );
});

test("what the message says already is not said twice", () => {
  const error = new UserError("web1 has no key", { code: "x", concerns: "web1", cause: new Error("no key") });
  expect(renderError(error, plain)).toBe("error: web1 has no key\n");
});

test("an error of one of several hosts says of which", () => {
  const error = new HostError("192.0.2.1 is silent", { code: "x" });
  expect(renderError(error, { ...plain, subject: "web1" })).toBe("error: web1: 192.0.2.1 is silent\n");
  const named = new HostError("web1: apt is broken", { code: "x", logTail: "E: no\n" });
  expect(renderError(named, { ...plain, subject: "web1" })).toBe(
    "error: web1: apt is broken\n  end of the log:\n    E: no\n",
  );
  expect(describeError(named)).toMatchObject({ logTail: "E: no" });
});

test("an unexpected error says how to see more, and shows it when asked", () => {
  const bug = new TypeError("x is not a function");
  expect(renderError(bug, plain)).toContain("ALLMENDE_DEBUG=1");
  expect(renderError(bug, plain)).not.toContain("at ");
  expect(renderError(bug, { colors: false, debug: true })).toContain("errors.test.ts");
});

test("JSON output has the code and the next step", () => {
  const error = new UserError("no", { code: "no-stack", nextStep: "make one" });
  expect(describeError(error)).toEqual({ message: "no", code: "no-stack", nextStep: "make one" });
  expect(describeError("thrown text")).toEqual({ message: "thrown text", code: "unexpected" });
});
