import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readHostKey, renderHostKey } from "./index.js";
import { sshdMissing, startSshd, type TestSshd } from "./testing/index.js";

describe.skipIf(sshdMissing())("the key that a host presents", () => {
  let sshd: TestSshd;
  let silent: Server;

  beforeAll(async () => {
    sshd = await startSshd({ hostKeyTypes: ["ed25519", "rsa"] });
    silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  }, 30_000);
  afterAll(async () => {
    await sshd.stop();
    silent.close();
  });

  const withoutComment = (key: string | undefined) => key?.split(" ").slice(0, 2).join(" ");

  test("is the Ed25519 one of several, and no login is tried", async () => {
    const before = (await sshd.log()).length;
    const key = await readHostKey({ address: "127.0.0.1", port: sshd.port });
    expect(renderHostKey(key)).toBe(withoutComment(sshd.hostKeys["ed25519"]));
    await expect.poll(async () => (await sshd.log()).slice(before)).toMatch(/Host denied|disconnect|closed|reset/i);
    expect((await sshd.log()).slice(before)).not.toMatch(/userauth-request|Failed publickey|Accepted/);
  });

  test("is the RSA one where there is no other", async () => {
    const only = await startSshd({ hostKeyTypes: ["rsa"] });
    try {
      const key = await readHostKey({ address: "127.0.0.1", port: only.port });
      expect(renderHostKey(key)).toBe(withoutComment(only.hostKeys["rsa"]));
    } finally {
      await only.stop();
    }
  });

  test("is not waited for longer than asked", async () => {
    const { port } = silent.address() as AddressInfo;
    await expect(readHostKey({ address: "127.0.0.1", port }, { timeoutMs: 300 })).rejects.toMatchObject({
      code: "connect-timeout",
    });
    const aborted = AbortSignal.abort();
    await expect(readHostKey({ address: "127.0.0.1", port }, { signal: aborted })).rejects.toMatchObject({
      code: "aborted",
    });
  });

  test("is not there where nothing listens", async () => {
    await expect(readHostKey({ address: "127.0.0.1", port: 1 })).rejects.toMatchObject({ code: "host-unreachable" });
  });
});
