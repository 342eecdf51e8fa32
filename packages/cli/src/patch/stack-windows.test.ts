import { sampleWindow } from "@allmende/model/testing";
import { expect, test } from "vitest";
import { emergencyWindow, findWindow, narrowTo, openWindows } from "./stack-windows.js";

function stackWith(...names: readonly string[]) {
  return { windows: names.map((name) => sampleWindow({ name, zone: "UTC" })), hosts: [{ name: "web1" }] };
}

const at = (text: string) => Date.parse(`2026-11-25T${text}:00Z`);

test("only what is open is due", () => {
  const stack = stackWith("nightly");
  expect(openWindows(stack, undefined, at("01:59"))).toEqual([]);
  const [open] = openWindows(stack, "nightly", at("02:00"));
  expect(open?.plan.waves.map(({ batches }) => batches)).toEqual([[["web1"]]]);
});

test("a window that is not declared is an error that names those that are", () => {
  expect(() => findWindow(stackWith("nightly"), "weekly")).toThrow(
    expect.objectContaining({ code: "no-window", nextStep: expect.stringContaining("nightly") }),
  );
});

test("an emergency takes the only window, and asks which of several", () => {
  expect(emergencyWindow(stackWith("nightly"), undefined).name).toBe("nightly");
  expect(emergencyWindow(stackWith("nightly", "monthly"), "monthly").name).toBe("monthly");
  expect(() => emergencyWindow(stackWith("nightly", "monthly"), undefined)).toThrow(
    expect.objectContaining({ code: "window-ambiguous", nextStep: "add --window NAME, one of nightly, monthly" }),
  );
  expect(() => emergencyWindow(stackWith(), undefined)).toThrow(/no patch window/);
});

test("a plan for named hosts is for those only; a name that no window reaches is an error that says which it does", () => {
  const stack = { ...stackWith("nightly"), hosts: [{ name: "web1" }, { name: "web2" }] };
  expect(narrowTo(["web2"], stack.windows, stack).hosts).toEqual([{ name: "web2" }]);
  expect(narrowTo(undefined, stack.windows, stack).hosts).toEqual(stack.hosts);
  expect(() => narrowTo(["web22"], stack.windows, stack)).toThrow(
    expect.objectContaining({
      code: "unknown-target",
      message: 'web22 is no host of nightly (did you mean "web2"?)',
      nextStep: "name one of: web1, web2",
    }),
  );
});
