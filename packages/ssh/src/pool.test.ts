import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SshPool } from "./pool.js";
import { sshdMissing, startSshd, type TestSshd } from "./testing/index.js";

describe.skipIf(sshdMissing())("a pool against a real sshd", () => {
  let sshd: TestSshd;
  let pool: SshPool;
  beforeAll(async () => {
    sshd = await startSshd();
    pool = new SshPool({ credentials: { privateKeyPath: sshd.privateKeyPath } });
  });
  afterAll(async () => {
    await pool.close();
    await sshd.stop();
  });

  test("runs a command with the right key", async () => {
    const ssh = await pool.get(sshd.connection);
    const result = await ssh.exec("cat; echo problem >&2; exit 3", { stdin: Buffer.from("hello") });
    expect(result).toEqual({ exitCode: 3, stdout: Buffer.from("hello"), stderr: "problem\n" });
  });
});
