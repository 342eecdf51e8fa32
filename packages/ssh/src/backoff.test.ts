import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs, pause } from "./backoff.js";

test("delays grow, stay within their bounds and differ", () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffMs(attempt, 250, 5000, () => 1))).toEqual([
    250, 500, 1000, 2000, 4000, 5000, 5000,
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const delay = backoffMs(attempt, 250, 5000, () => random);
      expect(delay).toBeGreaterThanOrEqual(125);
      expect(delay).toBeLessThanOrEqual(5000);
    }),
  );
});

test("a pause ends at once when it is aborted", async () => {
  const abort = new AbortController();
  const started = performance.now();
  const pending = pause(60_000, abort.signal);
  abort.abort();
  await pending;
  await pause(60_000, abort.signal);
  expect(performance.now() - started).toBeLessThan(1000);
});
