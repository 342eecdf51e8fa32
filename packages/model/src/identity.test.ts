import fc from "fast-check";
import { expect, it } from "vitest";
import { highestMemberNumber, memberUid, subordinateIdCount, subordinateIdStart } from "./identity.js";

const number = fc.integer({ min: 1, max: highestMemberNumber });

/** First and last id of ranges that somebody else may use on Debian 13; sources in identity.ts. */
const foreign: readonly (readonly [string, number, number])[] = [
  ["system accounts", 0, 999],
  ["people created by hand", 1000, 19_999],
  ["Debian, systemd-homed, DynamicUser, nobody", 60_000, 65_535],
  ["useradd's own subordinate ids of the first people", 100_000, 1_048_575],
  ["systemd's foreign ids", 2_147_352_576, 2_147_418_111],
  ["signed 32 bits", 2_147_483_648, 4_294_967_295],
];

function rangesOf(member: number): readonly (readonly [number, number])[] {
  const start = subordinateIdStart(member);
  return [
    [memberUid(member), memberUid(member)],
    [start, start + subordinateIdCount - 1],
  ];
}

it("gives no two members a common id", () => {
  fc.assert(
    fc.property(number, number, (one, other) => {
      fc.pre(one !== other);
      for (const [firstOfOne, lastOfOne] of rangesOf(one)) {
        for (const [firstOfOther, lastOfOther] of rangesOf(other))
          expect(lastOfOne < firstOfOther || lastOfOther < firstOfOne).toBe(true);
      }
    }),
  );
});

it("gives neighbours ranges that touch and do not overlap", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: highestMemberNumber - 1 }), (member) => {
      expect(subordinateIdStart(member) + subordinateIdCount).toBe(subordinateIdStart(member + 1));
      expect(memberUid(member) + 1).toBe(memberUid(member + 1));
    }),
  );
});

it("never uses an id that is somebody else's", () => {
  const check = (member: number) => {
    for (const [first, last] of rangesOf(member)) {
      for (const [who, from, to] of foreign)
        expect(last < from || first > to, `member ${member} and ${who}`).toBe(true);
    }
  };
  check(1);
  check(highestMemberNumber);
  fc.assert(fc.property(number, check));
});

it("ends where the next member would take ids of systemd", () => {
  expect(subordinateIdStart(highestMemberNumber + 1)).toBe(2_147_352_576);
});
