import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { showArrivals } from "./arrivals.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recordingArrivals() {
  const shown: [readonly string[], readonly string[]][] = [];
  return { shown, ...showArrivals<string>((arrived, missing) => shown.push([arrived, missing])) };
}

test("what comes together is shown together", () => {
  const { add, shown } = recordingArrivals();
  add("web1", ["web2"]);
  vi.advanceTimersByTime(500);
  add("web2", []);
  vi.runAllTimers();
  expect(shown).toEqual([[["web1", "web2"], []]]);
});

test("what is there does not wait for what is late, and the late come together", () => {
  const { add, shown } = recordingArrivals();
  add("web1", ["web2", "web3", "web4"]);
  add("web2", ["web3", "web4"]);
  vi.advanceTimersByTime(1000);
  expect(shown).toEqual([
    [
      ["web1", "web2"],
      ["web3", "web4"],
    ],
  ]);
  add("web3", ["web4"]);
  vi.advanceTimersByTime(5000);
  add("web4", []);
  expect(shown.slice(1)).toEqual([[["web3", "web4"], []]]);
});
