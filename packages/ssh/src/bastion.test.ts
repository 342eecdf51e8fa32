import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type SshEvent, SshPool } from "./index.js";
import { freePort, sshdMissing, startSshd, type TestSshd } from "./testing/index.js";

describe.skipIf(sshdMissing())("through a bastion", () => {
  let bastion: TestSshd;
  let inner: TestSshd;
  let pool: SshPool;
  const events: SshEvent[] = [];
  beforeAll(async () => {
    bastion = await startSshd();
    // The same credentials serve both hosts.
    inner = await startSshd({ config: [`AuthorizedKeysFile ${bastion.directory}/authorized_keys`], unchecked: true });
  }, 30_000);
  afterAll(async () => {
    await inner.stop();
    await bastion.stop();
  });
  const newPool = () => {
    pool = new SshPool({
      credentials: { privateKeyPath: bastion.privateKeyPath },
      connectDeadlineMs: 3000,
      onEvent: (event) => events.push(event),
    });
    return pool;
  };
  afterEach(async () => {
    await pool.close();
    events.length = 0;
  });
  const behind = () => ({ ...inner.connection, bastion: bastion.connection });

  test("commands run on the host behind it, and one bastion connection serves several hosts", async () => {
    newPool();
    await expect.poll(() => inner.log()).toMatch(/listening/);
    const before = (await bastion.log()).length;
    const [first, second] = await Promise.all([
      pool.get(behind()),
      pool.get({ ...behind(), address: "localhost", hostKeys: inner.connection.hostKeys }),
    ]);
    const ssh = await first.exec("echo $SSH_CONNECTION");
    expect(String(ssh.stdout).trim().split(" ").at(-1)).toBe(String(inner.port));
    expect(await second.exec("true")).toMatchObject({ exitCode: 0 });
    const megabytes = Buffer.alloc(5_000_000, "x");
    expect((await first.exec("cat", { stdin: megabytes })).stdout.length).toBe(megabytes.length);
    expect((await bastion.log()).slice(before).match(/Connection from/g)).toHaveLength(1);
  });

  test("the host's own key is pinned as well", async () => {
    await expect(newPool().get({ ...behind(), hostKeys: bastion.connection.hostKeys })).rejects.toMatchObject({
      code: "host-key-mismatch",
      message: expect.stringContaining(String(inner.port)),
    });
  });

  test("a wrong key of the bastion is the bastion's failure, and is not tried again", async () => {
    const wrong = { ...bastion.connection, hostKeys: inner.connection.hostKeys };
    await expect(newPool().get({ ...inner.connection, bastion: wrong })).rejects.toMatchObject({
      code: "bastion-failed",
      message: expect.stringContaining("SHA256:"),
      cause: expect.objectContaining({ code: "host-key-mismatch" }),
    });
    expect(events.filter((event) => event.kind === "retrying")).toEqual([]);
  });

  test("a host that is down behind it is unreachable, not the bastion's failure", async () => {
    await expect(newPool().get({ ...behind(), port: await freePort() })).rejects.toMatchObject({
      code: "host-unreachable",
      message: expect.stringContaining("from the bastion"),
    });
    expect(events.some((event) => event.kind === "retrying")).toBe(true);
  });

  test("a bastion that does not forward says so", async () => {
    const closed = await startSshd({
      config: ["AllowTcpForwarding no", `AuthorizedKeysFile ${bastion.directory}/authorized_keys`],
      unchecked: true,
    });
    try {
      await expect(newPool().get({ ...inner.connection, bastion: closed.connection })).rejects.toMatchObject({
        code: "bastion-failed",
        nextStep: expect.stringContaining("AllowTcpForwarding"),
      });
    } finally {
      await pool.close();
      await closed.stop();
    }
  });
});
