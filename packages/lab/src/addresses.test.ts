import { UserError } from "@allmende/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkLabNumber, checkName, insideAddress, macAddress, nextHostNumber, outsideAddress } from "./addresses.js";
import { LabError } from "./errors.js";

const labNumber = fc.integer({ min: 0, max: 199 });
const hostNumber = fc.integer({ min: 1, max: 200 });

describe("addresses", () => {
  it("puts the first host of the default lab where the documentation says", () => {
    expect(outsideAddress(0, 1)).toBe("127.77.0.11");
    expect(insideAddress(0, 1)).toBe("10.77.0.11");
  });

  it("never gives two hosts the same address, inside, outside or on the wire", () => {
    const place = fc.tuple(labNumber, hostNumber);
    fc.assert(
      fc.property(place, place, ([lab, host], [otherLab, otherHost]) => {
        fc.pre(lab !== otherLab || host !== otherHost);
        for (const address of [insideAddress, outsideAddress, macAddress]) {
          expect(address(lab, host)).not.toBe(address(otherLab, otherHost));
        }
      }),
    );
  });

  it("stays within loopback outside and within a byte everywhere", () => {
    fc.assert(
      fc.property(labNumber, hostNumber, (lab, host) => {
        const bytes = outsideAddress(lab, host).split(".").map(Number);
        expect(bytes[0]).toBe(127);
        expect(bytes.every((byte) => byte >= 0 && byte <= 254)).toBe(true);
        expect(macAddress(lab, host)).toMatch(/^52:54:00:4d(:[0-9a-f]{2}){2}$/);
      }),
    );
  });

  it("does not use the number of a host that exists", () => {
    expect(nextHostNumber([])).toBe(1);
    expect(nextHostNumber([1, 3])).toBe(4);
    expect(() => nextHostNumber([100])).toThrow(LabError);
  });

  it("refuses names that fit no namespace and numbers that fit no byte", () => {
    for (const name of ["", "Web1", "-a", "a-", "a_b", "a".repeat(21), "../x", "1a"])
      expect(() => checkName("lab", name)).toThrow(UserError);
    for (const name of ["a", "web1", "my-lab"]) expect(() => checkName("lab", name)).not.toThrow();
    for (const number of [-1, 200, 1.5, Number.NaN]) expect(() => checkLabNumber(number)).toThrow(LabError);
  });
});
