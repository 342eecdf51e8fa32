import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareDebianVersions } from "./debian-version.js";

const dpkg = "/usr/bin/dpkg";

/** What dpkg says of many pairs, in one process. */
function compareWithDpkg(pairs: readonly (readonly [string, string])[]): number[] {
  const script = `while read -r one other; do
    if ${dpkg} --compare-versions "$one" lt "$other"; then echo -1
    elif ${dpkg} --compare-versions "$one" eq "$other"; then echo 0
    else echo 1; fi
  done`;
  const input = pairs.map(([one, other]) => `${one} ${other}\n`).join("");
  const { stdout, status, stderr } = spawnSync("sh", ["-c", script], { input, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trim().split("\n").map(Number);
}

const body = fc.stringMatching(/^[0-9][0-9a-zA-Z.+~]{0,8}$/);
const version = fc
  .tuple(
    fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
    body,
    fc.option(fc.stringMatching(/^[0-9a-z+.~]{1,6}$/), { nil: undefined }),
    fc.option(fc.constantFrom("+deb13u1", "~bpo13+1", "+b1", "~rc1", "-00", "."), { nil: "" }),
  )
  .map(([epoch, upstream, revision, end]) => {
    const head = epoch === undefined ? upstream : `${epoch}:${upstream}`;
    return revision === undefined ? head : `${head}-${revision}${end === "-00" ? "" : end}`;
  });
/** Unrelated ones, and ones that differ in little. */
const pair = fc.oneof(
  fc.tuple(version, version),
  version.chain((one) =>
    fc.constantFrom("0", "~", "+", "a", ".0", "~~", "00", "1").map((end): [string, string] => [one, one + end]),
  ),
  version.map((one): [string, string] => [one, one.replace(/(\d)/, "0$1")]),
);

describe("compareDebianVersions", () => {
  it.skipIf(!existsSync(dpkg))("agrees with dpkg on versions of every shape", () => {
    const pairs = fc.sample(pair, 400);
    expect(pairs.map(([one, other]) => Math.sign(compareDebianVersions(one, other)))).toEqual(compareWithDpkg(pairs));
  });

  it("is an order: turned around it says the opposite", () => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        expect(Math.sign(compareDebianVersions(one, other)) + Math.sign(compareDebianVersions(other, one))).toBe(0);
      }),
    );
  });

  it.each([
    ["1.0~rc1-1", "1.0-1", -1],
    ["1.0-1", "1.0-1+deb13u1", -1],
    ["1:0.9", "2.0", 1],
    ["3.5.1-1+deb13u10", "3.5.1-1+deb13u9", 1],
    ["1.0", "1.0-0", 0],
    ["99999999999999999999999", "99999999999999999999998", 1],
  ])("%s against %s", (one, other, order) => {
    expect(Math.sign(compareDebianVersions(one, other))).toBe(order);
  });
});
