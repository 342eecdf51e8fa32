import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { AllmendeError, Connection } from "@allmende/model";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fingerprintOf, type SshCredentials, type SshEvent, SshPool } from "./index.js";
import { freePort, generateKey, sshdMissing, startAgent, startSshd, type TestSshd } from "./testing/index.js";

describe.skipIf(sshdMissing())("connecting to a real sshd", () => {
  let sshd: TestSshd;
  let otherKey: string;
  let otherKeyPath: string;
  const pools: SshPool[] = [];
  const events: SshEvent[] = [];

  beforeAll(async () => {
    sshd = await startSshd({ hostKeyTypes: ["ed25519", "ecdsa", "rsa"] });
    otherKeyPath = join(sshd.directory, "other");
    otherKey = await generateKey(otherKeyPath, "ed25519");
  }, 30_000);
  afterAll(() => sshd.stop());
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
    events.length = 0;
  });

  function connectTo(
    connection: Partial<Connection> = {},
    credentials: SshCredentials = { privateKeyPath: sshd.privateKeyPath },
    connectDeadlineMs = 10_000,
  ) {
    const pool = new SshPool({ credentials, connectDeadlineMs, onEvent: (event) => events.push(event) });
    pools.push(pool);
    return pool.get({ ...sshd.connection, ...connection });
  }
  const failure = async (promise: Promise<unknown>): Promise<AllmendeError> => {
    const error = await promise.then(
      () => expect.fail("it connected"),
      (reason) => reason,
    );
    expect(error).toHaveProperty("code");
    expect(error.nextStep).toBeTruthy();
    return error;
  };
  const works = async (ssh: Awaited<ReturnType<typeof connectTo>>) =>
    expect(String((await ssh.exec("echo works")).stdout)).toBe("works\n");
  /** What sshd logged from now on. */
  const logFromHere = async () => {
    const before = (await sshd.log()).length;
    return async () => (await sshd.log()).slice(before);
  };

  test.each(["ed25519", "ecdsa", "rsa"])(
    "is presented the pinned %s key, though the server has others",
    async (type) => {
      await works(await connectTo({ hostKeys: [sshd.hostKeys[type] as string] }));
    },
  );

  test("refuses a wrong host key before any authentication, once, and says both fingerprints", async () => {
    const log = await logFromHere();
    const error = await failure(connectTo({ hostKeys: [otherKey] }));
    expect(error.code).toBe("host-key-mismatch");
    expect(error.message).toContain(fingerprintOf(otherKey));
    expect(error.message).toContain(fingerprintOf(sshd.hostKeys.ed25519 as string));
    expect(events.filter((event) => event.kind === "connecting")).toHaveLength(1);
    await expect.poll(log).toMatch(/Host denied|disconnect|closed|reset/i);
    const authentication = /userauth-request|Failed publickey|Accepted/;
    expect(await log()).not.toMatch(authentication);
    await connectTo();
    expect(await log()).toMatch(authentication);
  });

  test("says a mismatch when the server has no key of a pinned type", async () => {
    const only = await startSshd({ hostKeyTypes: ["ecdsa"] });
    try {
      const error = await failure(connectTo({ port: only.port, hostKeys: [otherKey] }));
      expect(error.code).toBe("host-key-mismatch");
      expect(error.message).toContain("no key of the pinned type");
    } finally {
      await only.stop();
    }
  });

  test("never connects without a pin, and names a pin that is no key", async () => {
    const log = await logFromHere();
    expect((await failure(connectTo({ hostKeys: [] }))).code).toBe("host-key-missing");
    expect((await failure(connectTo({ hostKeys: ["ssh-ed25519 AAAA"] }))).code).toBe("bad-host-key");
    expect(await log()).toBe("");
  });

  test("accepts a second pinned key, so that a host's key can be changed between two runs", async () => {
    const old = await startSshd();
    const { connection } = old;
    const next = { ...connection, hostKeys: [...connection.hostKeys, otherKey] };
    const credentials = { privateKeyPath: sshd.privateKeyPath };
    try {
      expect((await failure(connectTo(next, credentials))).code).toBe("user-key-refused");
    } finally {
      await old.stop();
    }
    const renewed = await startSshd({ port: old.port });
    try {
      const pinned = { port: old.port, hostKeys: [...connection.hostKeys, ...renewed.connection.hostKeys] };
      await works(await connectTo(pinned, { privateKeyPath: renewed.privateKeyPath }));
      expect((await failure(connectTo(next, credentials))).code).toBe("host-key-mismatch");
    } finally {
      await renewed.stop();
    }
  });

  test("refuses a wrong user key once, without trying again", async () => {
    const log = await logFromHere();
    const error = await failure(connectTo({}, { privateKeyPath: otherKeyPath }));
    expect(error.code).toBe("user-key-refused");
    expect(error.message).toContain(fingerprintOf(otherKey));
    await expect.poll(log).toMatch(/preauth/);
    expect((await log()).match(/Connection from/g)).toHaveLength(1);
  });

  test("takes the key as text", async () => {
    await works(await connectTo({}, { privateKey: await readFile(sshd.privateKeyPath, "utf8") }));
  });

  test("opens an encrypted key with its passphrase, and says so when there is none or a wrong one", async () => {
    const passphrase = "korrekt-pferd";
    const path = join(sshd.directory, "encrypted");
    const privateKey = await generateKey(path, "ed25519", passphrase).then(() => readFile(path, "utf8"));
    // It opens: the server does not know it, which is another error than one about the passphrase.
    expect((await failure(connectTo({}, { privateKey, passphrase }))).code).toBe("user-key-refused");
    expect((await failure(connectTo({}, { privateKeyPath: path, passphrase }))).code).toBe("user-key-refused");
    const without = await failure(connectTo({}, { privateKeyPath: path }));
    expect(without.code).toBe("user-key-encrypted");
    expect(without.message).toContain(path);
    const wrong = await failure(connectTo({}, { privateKey, passphrase: "falsch-pferd" }));
    expect(wrong.code).toBe("user-key-encrypted");
    expect(wrong.message).toMatch(/does not open/);
    for (const error of [without, wrong]) expect(everythingIn(error)).not.toMatch(/pferd|BEGIN|b3BlbnNzaC1r/);
  });

  test("says what is wrong with keys that are none", async () => {
    expect((await failure(connectTo({}, {}))).code).toBe("user-key-missing");
    expect((await failure(connectTo({}, { privateKeyPath: "/nowhere/key" }))).code).toBe("user-key-unreadable");
    expect((await failure(connectTo({}, { privateKey: otherKey }))).message).toMatch(/public key/);
    const secret = "hunter2hunter2";
    const error = await failure(connectTo({}, { privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n` }));
    expect(error.code).toBe("user-key-invalid");
    expect(everythingIn(error)).not.toContain(secret);
  });

  test("logs in through an agent, and tells when the agent has no right key or is not there", async () => {
    const agent = await startAgent([otherKeyPath, sshd.privateKeyPath]);
    try {
      await works(await connectTo({}, { agentSocket: agent.socket }));
      // An encrypted file is no obstacle: the agent may hold it opened.
      const encrypted = join(sshd.directory, "encrypted-too");
      await generateKey(encrypted, "ed25519", "x-passphrase");
      await works(await connectTo({}, { agentSocket: agent.socket, privateKeyPath: encrypted }));
    } finally {
      await agent.stop();
    }
    const gone = await failure(connectTo({}, { agentSocket: agent.socket }));
    expect(gone.code).toBe("user-key-refused");
    expect(gone.message).toMatch(/agent failed/);
    const wrongAgent = await startAgent([otherKeyPath]);
    try {
      expect((await failure(connectTo({}, { agentSocket: wrongAgent.socket }))).code).toBe("user-key-refused");
    } finally {
      await wrongAgent.stop();
    }
  });

  test("tells a refused key as what it is, however often it is tried", async () => {
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      expect((await failure(connectTo({}, { privateKeyPath: otherKeyPath }))).code).toBe("user-key-refused");
    }
  });

  test("tries a port that refuses again until the deadline, and says how often", async () => {
    const started = performance.now();
    const error = await failure(connectTo({ port: await freePort() }, undefined, 1500));
    expect(error.code).toBe("host-unreachable");
    expect(error.message).toMatch(/refuses connections.*Tried \d+ times/);
    expect(performance.now() - started).toBeLessThan(2500);
    expect(events.filter((event) => event.kind === "retrying").length).toBeGreaterThan(1);
  });

  test("connects to an sshd that comes up later", async () => {
    const port = await freePort();
    const pending = failure(connectTo({ port, hostKeys: [otherKey] }));
    await expect.poll(() => events.some((event) => event.kind === "retrying")).toBe(true);
    const late = await startSshd({ port });
    try {
      expect((await pending).code).toBe("host-key-mismatch");
    } finally {
      await late.stop();
    }
  });

  test("a port that accepts and says nothing is a timeout", async () => {
    const sockets: { destroy(): void }[] = [];
    const silent = createServer((socket) => {
      socket.on("error", () => {});
      sockets.push(socket);
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const error = await failure(connectTo({ port }, undefined, 800));
    expect(error.code).toBe("connect-timeout");
    expect(error.message).toMatch(/key exchange was not done/);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test("a port that is not sshd's is told apart", async () => {
    const web = createServer((socket) => {
      socket.on("error", () => {});
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
    const { port } = web.address() as { port: number };
    const error = await failure(connectTo({ port }, undefined, 800));
    expect(["host-unreachable", "handshake-failed"]).toContain(error.code);
    web.close();
  });

  test("an sshd that shuts us out for earlier failures is told apart from a host that is down", async () => {
    // What OpenSSH 10 does while a penalty lasts.
    const closed = createServer((socket) => {
      socket.on("error", () => {});
      socket.end("Not allowed at this time\r\n");
    });
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as { port: number };
    const error = await failure(connectTo({ port }, undefined, 800));
    expect(error.code).toBe("host-unreachable");
    expect(error.message).toMatch(/cut the connection/);
    expect(error.nextStep).toMatch(/PerSourcePenalties/);
    closed.close();
  });

  test("callers share one connection; one caller's abort does not end another's attempt", async () => {
    const log = await logFromHere();
    const pool = new SshPool({ credentials: { privateKeyPath: sshd.privateKeyPath } });
    pools.push(pool);
    const abort = new AbortController();
    const first = pool.get(sshd.connection, { signal: abort.signal });
    const second = pool.get(sshd.connection, { signal: new AbortController().signal });
    abort.abort();
    expect((await failure(first)).code).toBe("aborted");
    const ssh = await second;
    expect(await pool.get({ ...sshd.connection })).toBe(ssh);
    expect((await log()).match(/Connection from/g)).toHaveLength(1);
  });

  test("an attempt ends when all its callers have aborted", async () => {
    const pool = new SshPool({ credentials: { privateKeyPath: sshd.privateKeyPath } });
    pools.push(pool);
    const abort = new AbortController();
    const pending = pool.get({ ...sshd.connection, port: await freePort() }, { signal: abort.signal });
    abort.abort();
    expect((await failure(pending)).code).toBe("aborted");
    const closed = performance.now();
    await pool.close();
    expect(performance.now() - closed).toBeLessThan(500);
  });
});

/** An error with its causes, as a careless logger would print it. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? "";
  return `${error.stack} ${JSON.stringify({ ...error })} ${everythingIn(error.cause)}`;
}
