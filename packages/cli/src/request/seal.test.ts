import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seal } from "./seal.js";

const open = async (sealed: string, identity: string) => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return await decrypter.decrypt(armor.decode(sealed), "text");
};

describe("what is encrypted to a member", () => {
  it("comes back with their key alone, whatever it is", async () => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 300 }), async (text) => {
        expect(await open(await seal(text, recipient), identity)).toBe(text);
      }),
      { numRuns: 20 },
    );
    const sealed = await seal("hunter2", recipient);
    expect(sealed).toMatch(
      /^-----BEGIN AGE ENCRYPTED FILE-----\n(?:[A-Za-z0-9+/=]{1,64}\n)+-----END AGE ENCRYPTED FILE-----\n?$/,
    );
    await expect(open(sealed, await generateX25519Identity())).rejects.toThrow();
  });

  it.each([
    ["what is no recipient", "age1"],
    // Keys of 32 zeros, and of a one and 31 zeros.
    [
      "a point with which everybody computes the same",
      "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    ],
    ["another such point", "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya"],
  ])("is not encrypted to %s, and does not stand in the error", async (_, recipient) => {
    const failure = await seal("hunter2", recipient).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "UserError", code: "bad-age-recipient" });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String(failure)).not.toContain("hunter2");
  });
});
