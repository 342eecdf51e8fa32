import { expect, test } from "vitest";
import { renderWallOf } from "./wall-time.js";

test("a time is shown as clocks show it where its window is, that of an emergency in UTC", () => {
  const instant = "2026-07-01T22:30:00.000Z";
  expect(renderWallOf(instant, "nightly/2026-07-02T00:00[Europe/Berlin]")).toBe("Thu 2026-07-02 00:30 Europe/Berlin");
  expect(renderWallOf(instant, "emergency/2026-07-01T22:30:00Z")).toBe("Wed 2026-07-01 22:30 UTC");
});
