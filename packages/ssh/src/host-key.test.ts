import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fingerprintOf, offeredAlgorithms, parseHostKey, renderHostKey } from "./host-key.js";
import { generateKey, run } from "./testing/tools.js";

let directory: string;
const keys: Record<string, string> = {};
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "allmende-host-key-"));
  for (const type of ["ed25519", "ecdsa", "rsa"] as const) keys[type] = await generateKey(join(directory, type), type);
});
afterAll(() => rm(directory, { recursive: true }));

describe("parseHostKey", () => {
  test("is the inverse of renderHostKey and ignores a comment", () => {
    for (const key of Object.values(keys)) expect(renderHostKey(parseHostKey(`${key} root@web1\n`))).toBe(key);
  });

  test.each([
    ["", /begin with/],
    ["ssh-ed25519", /nothing follows/],
    ["ssh-dss AAAAB3NzaC1kc3M=", /begin with/],
    ["toString AAAA", /begin with/],
    ["ssh-ed25519 %%%", /base64/],
    ["-----BEGIN OPENSSH PRIVATE KEY-----", /private key/],
  ])("refuses %j", (text, message) => {
    expect(() => parseHostKey(text)).toThrow(message);
  });

  test("refuses a key that is cut anywhere, or of another type than it says", () => {
    const [type, base64 = ""] = (keys.ed25519 as string).split(" ");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: base64.length - 1 }), (length) => {
        expect(() => parseHostKey(`${type} ${base64.slice(0, length)}`)).toThrow();
      }),
    );
    expect(() => parseHostKey(`ssh-rsa ${base64}`)).toThrow(/itself is ssh-ed25519/);
  });
});

test("fingerprintOf says what ssh-keygen says", async () => {
  for (const [type, key] of Object.entries(keys)) {
    const printed = await run("ssh-keygen", ["-l", "-E", "sha256", "-f", join(directory, `${type}.pub`)]);
    expect(fingerprintOf(key)).toBe(printed.split(" ")[1]);
  }
});

test("only algorithms of pinned keys are offered, and never SHA-1", () => {
  const pinned = [keys.rsa, keys.ed25519, keys.rsa].map((key) => parseHostKey(key as string));
  expect(offeredAlgorithms(pinned)).toEqual(["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"]);
});
