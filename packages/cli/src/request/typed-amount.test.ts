import { renderRam } from "@allmende/model";
import { shownValue } from "@allmende/requests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withDecimalPoint, withTypedAmounts } from "./typed-amount.js";

const size = { type: "size" } as const;

describe("amounts that are typed", () => {
  it.each([
    ["1,5GiB", "1.5GiB"],
    ["1,5 GiB", "1.5GiB"],
    ["512 MiB", "512MiB"],
    ["1.5GiB", "1.5GiB"],
    ["1,5,5GiB", "1,5,5GiB"],
    ["1,5GB", "1,5GB"],
    [",5GiB", ",5GiB"],
  ])("have a comma in German: %s", (text, meant) => expect(withDecimalPoint(size, text, "de")).toBe(meant));

  it("have a point elsewhere, and nothing else has a comma", () => {
    expect(withDecimalPoint(size, "1,5GiB", "en")).toBe("1,5GiB");
    expect(withDecimalPoint({ type: "text" }, "1,5GiB", "de")).toBe("1,5GiB");
    expect(withDecimalPoint({ type: "port" }, "8,080", "de")).toBe("8,080");
  });

  it("stand in hints as they are typed, and nothing else is touched", () => {
    expect(withTypedAmounts("zum Beispiel 512MiB oder 1.5GiB, image:1.29", "de")).toBe(
      "zum Beispiel 512MiB oder 1,5GiB, image:1.29",
    );
    expect(withTypedAmounts("such as 1.5GiB", "en")).toBe("such as 1.5GiB");
  });

  it("come back as they are shown", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4096, max: 2 ** 38 }),
        fc.constantFrom("de" as const, "en" as const),
        (pages, language) => {
          const text = renderRam(pages * 4096);
          return withDecimalPoint(size, shownValue(size, text, language), language) === text;
        },
      ),
    );
  });
});
