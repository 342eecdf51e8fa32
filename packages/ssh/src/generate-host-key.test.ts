import ssh2 from "ssh2";
import { afterEach, expect, test, vi } from "vitest";
import { generateHostKey, parseHostKey } from "./index.js";

afterEach(() => vi.restoreAllMocks());

test("a pair fits together, and no two are alike", () => {
  const pairs = [generateHostKey("web1"), generateHostKey("web1")];
  for (const { privateKey, publicKey } of pairs) {
    const key = ssh2.utils.parseKey(privateKey);
    if (key instanceof Error) throw key;
    expect(`ssh-ed25519 ${key.getPublicSSH().toString("base64")}`).toBe(publicKey);
    const signature = key.sign("text");
    const reader = ssh2.utils.parseKey(publicKey);
    if (reader instanceof Error) throw reader;
    expect(reader.verify("text", signature as Buffer)).toBe(true);
  }
  expect(pairs[0]?.publicKey).not.toBe(pairs[1]?.publicKey);
});

test("a pair that the library cut short is thrown away", () => {
  const whole = ssh2.utils.generateKeyPairSync("ed25519");
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const short = Buffer.concat([field(Buffer.from("ssh-ed25519")), field(Buffer.alloc(31, 1))]).toString("base64");
  const generate = vi
    .spyOn(ssh2.utils, "generateKeyPairSync")
    .mockReturnValueOnce({ ...whole, public: `ssh-ed25519 ${short}` })
    .mockReturnValueOnce(whole);
  const { publicKey } = generateHostKey("web1");
  expect(generate).toHaveBeenCalledTimes(2);
  expect(parseHostKey(publicKey).blob).toHaveLength(51);
});
