import { occurrencesOf } from "@allmende/model";
import { expect, it } from "vitest";
import { latestBeginsMs } from "./cutoff.js";
import { windowOf } from "./testing/windows.js";

const at = (instant: string) => Date.parse(instant);

it("counts back from the real end of an occurrence, in the night of the gap as well", () => {
  const window = windowOf({ start: "2026-11-24T02:30", cutoff: { upgrade: "90m", restart: "45m", reboot: "30m" } });
  const latest = (day: string) =>
    occurrencesOf(window, at(`${day}T00:30Z`), at(`${day}T02:00Z`)).map((occurrence) =>
      latestBeginsMs(window, occurrence),
    );
  // 03:00 to 06:00 in Berlin, because 02:30 is not there.
  expect(latest("2027-03-28")).toEqual([
    { upgrade: at("2027-03-28T02:30Z"), restart: at("2027-03-28T03:15Z"), reboot: at("2027-03-28T03:30Z") },
  ]);
});

it("has none for reboots where nothing reboots", () => {
  const window = windowOf({ reboot: "never", cutoff: { upgrade: "90m", restart: "45m" } });
  const [occurrence] = occurrencesOf(window, at("2026-11-24T01:00Z"), at("2026-11-24T02:00Z"));
  expect(occurrence && Object.keys(latestBeginsMs(window, occurrence))).toEqual(["upgrade", "restart"]);
});
