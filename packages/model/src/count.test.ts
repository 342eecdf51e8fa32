import { expect, test } from "vitest";
import { renderCount } from "./count.js";

test.each([
  [0, "0 hosts"],
  [1, "1 host"],
  [2, "2 hosts"],
])("%i", (count, text) => expect(renderCount(count, "host")).toBe(text));

test("a plural of its own", () => {
  expect(renderCount(1, "thing is", "things are")).toBe("1 thing is");
  expect(renderCount(3, "thing is", "things are")).toBe("3 things are");
});
