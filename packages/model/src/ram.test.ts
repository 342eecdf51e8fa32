import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "./errors.js";
import { describeRam, parseRam, renderRam } from "./ram.js";

const pages = fc.integer({ min: 4096, max: 2 ** 38 });

describe("parseRam", () => {
  it.each([
    ["16MiB", 16 * 1024 ** 2],
    ["512MiB", 536_870_912],
    ["1.5GiB", 1_610_612_736],
    ["1536MiB", 1_610_612_736],
    ["0.5GiB", 536_870_912],
    ["20480KiB", 20_971_520],
    ["1024TiB", 1024 ** 5],
  ])("reads %s", (text, bytes) => expect(parseRam(text)).toBe(bytes));

  it.each([
    ["512", "no unit: write 512MiB"],
    ["512MB", "write 512MiB"],
    ["512M", "write 512MiB"],
    ["512mib", "write 512MiB"],
    ["1g", "write 1GiB"],
    ["512 MiB", "space: write 512MiB"],
    ["15MiB", "at least 16MiB"],
    ["0MiB", "at least 16MiB"],
    ["2048TiB", "at most 1024TiB"],
    ["0.1GiB", "write for example 104856KiB"],
    ["16385KiB", "4 KiB pages"],
    ["-1GiB", "an amount of RAM with its unit"],
    ["1e3MiB", "an amount of RAM with its unit"],
    ["1,5GiB", "an amount of RAM with its unit"],
    ["512XiB", "not a unit"],
    ["0512MiB", "superfluous zero"],
    ["", "an amount of RAM with its unit"],
    ["1.00000000000000000000000000000000001GiB", "too many digits"],
  ])("refuses %j and says why", (text, why) => {
    expect(() => parseRam(text)).toThrow(UserError);
    expect(() => parseRam(text)).toThrow(why);
  });

  it("suggests only what it accepts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 99_999 }), (whole, fraction) => {
        try {
          parseRam(`${whole}.${fraction}GiB`);
        } catch (error) {
          const [, suggestion = ""] = /write for example (\S+)$/.exec((error as Error).message) ?? [];
          expect(Math.abs(parseRam(suggestion) - Number(`${whole}.${fraction}`) * 1024 ** 3)).toBeLessThan(4097);
        }
      }),
    );
  });
});

describe("renderRam", () => {
  it.each([
    [1_610_612_736, "1.5GiB"],
    [134_217_728, "128MiB"],
    [1024 ** 3, "1GiB"],
    [0, "0TiB"],
    [1.25 * 1024 ** 3, "1.25GiB"],
    [104_856 * 1024, "104856KiB"],
  ])("renders %d as %s", (bytes, text) => expect(renderRam(bytes)).toBe(text));

  it("is the exact inverse of parseRam", () => {
    fc.assert(fc.property(pages, (count) => parseRam(renderRam(count * 4096)) === count * 4096));
  });
});

it.each([
  [128 * 1024 ** 2, "128 MiB"],
  [3.6 * 1024 ** 3, "3.6 GiB"],
  [1024 ** 3, "1.0 GiB"],
  [104_856 * 1024, "102.4 MiB"],
])("describes %d as %s, in German with a comma", (bytes, text) => {
  expect(describeRam(bytes)).toBe(text);
  expect(describeRam(bytes, "de")).toBe(text.replace(".", ","));
});
