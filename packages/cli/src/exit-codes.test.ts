import { AllmendeError, ConnectError, UserError } from "@allmende/model";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { exitCodeOf, exitCodes } from "./exit-codes.js";

test("the user's own mistakes end with 2, everything that failed with 1", () => {
  expect(exitCodeOf(new UserError("x", { code: "bad-inventory" }))).toBe(2);
  expect(exitCodeOf(new ConnectError("x", { code: "host-unreachable" }))).toBe(1);
  expect(exitCodeOf(new TypeError("a bug"))).toBe(1);
  expect(exitCodeOf("not even an error")).toBe(1);
});

test("a UserError of another copy of the model counts as one", () => {
  class UserErrorOfAStack extends Error {
    override readonly name = "UserError";
  }
  expect(exitCodeOf(new UserErrorOfAStack("x"))).toBe(exitCodes.usage);
});

test("what must be installed first ends with 3, an interruption with 130", () => {
  expect(exitCodeOf(new AllmendeError("x", { code: "pulumi-missing" }))).toBe(3);
  expect(exitCodeOf(new AllmendeError("x", { code: "interrupted" }))).toBe(130);
});

test("asking for help succeeds, unknown options do not", () => {
  expect(exitCodeOf(new CommanderError(0, "commander.helpDisplayed", ""))).toBe(0);
  expect(exitCodeOf(new CommanderError(0, "commander.help", ""))).toBe(0);
  expect(exitCodeOf(new CommanderError(1, "commander.unknownOption", ""))).toBe(2);
  expect(exitCodeOf(new CommanderError(1, "commander.help", ""))).toBe(2);
});
