import { bech32 } from "@scure/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ageRecipientProblem } from "./age-recipient.js";

/** The example of age's own documentation. */
const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const encode = (bytes: Uint8Array, prefix = "age") => bech32.encodeFromBytes(prefix, bytes);

describe("age recipients", () => {
  it("are accepted, whatever the key", () => {
    expect(ageRecipientProblem(recipient)).toBeUndefined();
    fc.assert(
      fc.property(
        fc
          .uint8Array({ minLength: 32, maxLength: 32 })
          .filter((bytes) => bytes.slice(1, 31).some((byte) => byte !== 0)),
        (bytes) => ageRecipientProblem(encode(bytes)) === undefined,
      ),
    );
  });

  it("with any one character mistyped are refused, as bech32 promises", () => {
    const characters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: recipient.length - 1 }),
        fc.constantFrom(...characters),
        (at, character) => {
          fc.pre(recipient[at] !== character);
          return ageRecipientProblem(recipient.slice(0, at) + character + recipient.slice(at + 1)) !== undefined;
        },
      ),
    );
  });

  it.each([
    ["nothing", ""],
    ["another line", `${recipient}\n`],
    ["two", `${recipient},${recipient}`],
    ["an option", `--${recipient}`],
    ["upper case", recipient.toUpperCase()],
    ["a letter that only looks the same", recipient.replace("a", "а")],
    ["one of 31 bytes", encode(new Uint8Array(31).fill(7))],
    ["one of 33 bytes", encode(new Uint8Array(33).fill(7))],
    ["another prefix", encode(new Uint8Array(32).fill(7), "agf")],
    ["a path", "/etc/passwd"],
    ["a megabyte", `age1${"q".repeat(1 << 20)}`],
  ])("refuse %s", (_, text) => expect(ageRecipientProblem(text)).toMatch(/^must be an age recipient/));

  it.each([
    ["a plugin's", encode(new Uint8Array(32).fill(7), "age1yubikey")],
    ["a post-quantum one", encode(new Uint8Array(32).fill(7), "age1pq")],
  ])("refuse %s by its kind", (_, text) => expect(ageRecipientProblem(text)).toMatch(/another kind/));

  it("never repeat a private key, and say that it is one", () => {
    const identity = encode(new Uint8Array(32).fill(9), "age-secret-key-").toUpperCase();
    for (const text of [identity, ` ${identity}`, identity.toLowerCase()]) {
      expect(ageRecipientProblem(text)).toMatch(/is a private key/);
      expect(ageRecipientProblem(text)).not.toContain(identity.slice(20));
    }
    expect(ageRecipientProblem("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA")).toMatch(/is an SSH key/);
  });

  it("that make every secret the same are refused, with the highest bit as well", () => {
    const p = 2n ** 255n - 19n;
    const points = [
      0n,
      1n,
      325606250916557431795983626356110631294008115727848805560023387167927233504n,
      39382357235489614581723060781553021112529911719440698176882885853963445705823n,
      p - 1n,
      p,
      p + 1n,
    ];
    for (const point of points) {
      for (const value of [point, point + 2n ** 255n]) {
        const bytes = Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
        expect(ageRecipientProblem(encode(bytes)), String(value)).toMatch(/everyone could read/);
      }
    }
  });
});
