import { expect, it } from "vitest";
import { parseTypedDay } from "./typed-day.js";

it.each([
  ["2026-11-30", "2026-11-30"],
  ["30.11.2026", "2026-11-30"],
  ["1.2.2027", "2027-02-01"],
  ["1. 2. 2027", "2027-02-01"],
  ["30.02.2027", undefined],
  ["2027-02-30", undefined],
  ["2027-13-01", undefined],
  ["30.11.26", undefined],
  ["11/30/2026", undefined],
  ["morgen", undefined],
])("reads a day that is typed in German: %s", (text, day) => expect(parseTypedDay(text, "de")).toBe(day));

it("reads days in English as they stand in files alone", () => {
  expect(parseTypedDay("2026-11-30", "en")).toBe("2026-11-30");
  expect(parseTypedDay("30.11.2026", "en")).toBeUndefined();
});
