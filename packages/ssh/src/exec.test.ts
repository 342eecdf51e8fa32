import { createHash } from "node:crypto";
import { AllmendeError } from "@allmende/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SshConnection, SshPool } from "./index.js";
import { sshdMissing, startSshd, type TestSshd } from "./testing/index.js";

const megabyte = 1024 * 1024;

describe.skipIf(sshdMissing())("commands on a real sshd", () => {
  let sshd: TestSshd;
  let pool: SshPool;
  let ssh: SshConnection;
  beforeAll(async () => {
    sshd = await startSshd();
    pool = new SshPool({ credentials: { privateKeyPath: sshd.privateKeyPath } });
    ssh = await pool.get(sshd.connection);
  }, 30_000);
  afterAll(async () => {
    await pool.close();
    await sshd.stop();
  });

  const failure = (promise: Promise<unknown>): Promise<AllmendeError> =>
    promise.then(
      () => expect.fail("it succeeded"),
      (error) => error,
    );

  test("exit codes, signals, both outputs, no input", async () => {
    expect(await ssh.exec("echo out; echo err >&2; exit 7")).toEqual({
      exitCode: 7,
      stdout: Buffer.from("out\n"),
      stderr: "err\n",
    });
    expect(await ssh.exec("kill -KILL $$")).toMatchObject({ exitCode: 137, signal: "SIGKILL" });
    expect(await ssh.exec("cat")).toMatchObject({ exitCode: 0, stdout: Buffer.alloc(0) });
  });

  test("200 at once, although the server allows ten", async () => {
    const results = await Promise.all(Array.from({ length: 200 }, (_, n) => ssh.exec(`echo ${n}`)));
    expect(results.map((result) => Number(String(result.stdout)))).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(ssh.alive).toBe(true);
  });

  test("many at once where the server allows one session", async () => {
    const narrow = await startSshd({ config: ["MaxSessions 1"] });
    const narrowPool = new SshPool({ credentials: { privateKeyPath: narrow.privateKeyPath } });
    try {
      const connection = await narrowPool.get(narrow.connection);
      const results = await Promise.all(Array.from({ length: 20 }, (_, n) => connection.exec(`echo ${n}`)));
      expect(results.map((result) => Number(String(result.stdout)))).toEqual(Array.from({ length: 20 }, (_, n) => n));
    } finally {
      await narrowPool.close();
      await narrow.stop();
    }
  });

  test("says so when the server opens no session at all", async () => {
    const none = await startSshd({ config: ["MaxSessions 0"] });
    const nonePool = new SshPool({ credentials: { privateKeyPath: none.privateKeyPath } });
    try {
      const connection = await nonePool.get(none.connection);
      expect(await failure(connection.exec("true"))).toMatchObject({ code: "session-refused" });
    } finally {
      await nonePool.close();
      await none.stop();
    }
  });

  test("50 MB of input, taken no faster than the program reads", async () => {
    let given = 0;
    let mostAhead = 0;
    const hash = createHash("sha256");
    async function* source() {
      const chunk = Buffer.alloc(64 * 1024, "allmende");
      for (let n = 0; n < (50 * megabyte) / chunk.length; n += 1) {
        given += chunk.length;
        hash.update(chunk);
        yield chunk;
      }
    }
    // The program reports what it has read; it waits for half a second before it begins.
    const reader = `sleep 0.5; echo begin; sha256sum`;
    const result = await ssh.exec(reader, {
      stdin: source(),
      onStdoutLine: (line) => {
        if (line === "begin") mostAhead = given;
      },
    });
    expect(given).toBe(50 * megabyte);
    expect(String(result.stdout)).toContain(hash.digest("hex"));
    // The SSH window, the socket's and the pipe's buffers, and our own: far less than all.
    expect(mostAhead).toBeLessThan(12 * megabyte);
  });

  test("50 MB as one piece in, and 50 MB out", async () => {
    const bytes = Buffer.alloc(50 * megabyte, "0123456789abcdef");
    const result = await ssh.exec("cat", { stdin: bytes });
    expect(result.stdout.length).toBe(bytes.length);
    expect(bytes.equals(result.stdout)).toBe(true);
  });

  test("a program that does not read its input ends all the same, and the source is let go", async () => {
    let released = false;
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(64 * 1024);
      } finally {
        released = true;
      }
    }
    expect(await ssh.exec("exit 4", { stdin: endless() })).toMatchObject({ exitCode: 4 });
    await expect.poll(() => released).toBe(true);
  });

  test("what the source or the line reader throws reaches the caller", async () => {
    async function* broken() {
      yield Buffer.from("x");
      throw new Error("source broke");
    }
    expect(await failure(ssh.exec("cat", { stdin: broken() }))).toMatchObject({ message: "source broke" });
    const onStdoutLine = () => {
      throw new Error("reader broke");
    };
    expect(await failure(ssh.exec("echo x", { onStdoutLine }))).toMatchObject({ message: "reader broke" });
  });

  test("lines come as soon as they are whole, whatever pieces the bytes come in", async () => {
    const lines: string[] = [];
    let atFirst: string[] = [];
    const result = ssh.exec(`printf 'gr\\303'; sleep 0.1; printf '\\274n\\nzwei\\n'; read go; printf 'Ende'`, {
      onStdoutLine: (line) => lines.push(line),
      stdin: (async function* () {
        await expect.poll(() => lines.length).toBe(2);
        atFirst = [...lines];
        yield Buffer.from("go\n");
      })(),
    });
    expect(String((await result).stdout)).toBe("grün\nzwei\nEnde");
    expect(atFirst).toEqual(["grün", "zwei"]);
    expect(lines).toEqual(["grün", "zwei", "Ende"]);
  });

  test("too much output is an error, unless it is only read by lines", async () => {
    const maxOutputBytes = 100_000;
    const error = await failure(ssh.exec("yes", { maxOutputBytes }));
    expect(error).toMatchObject({ code: "too-much-output" });
    expect(await failure(ssh.exec("yes >&2", { maxOutputBytes }))).toMatchObject({ code: "too-much-output" });
    let count = 0;
    const onStdoutLine = () => {
      count += 1;
    };
    const result = await ssh.exec("yes | head -n 200000", { maxOutputBytes, onStdoutLine, discardStdout: true });
    expect(result.stdout.length).toBe(0);
    expect(count).toBe(200_000);
  });

  test("a deadline ends the wait, and the connection lives on", async () => {
    const started = performance.now();
    const error = await failure(ssh.exec("exec sleep 3", { timeoutMs: 300 }));
    expect(error).toMatchObject({ code: "command-timeout" });
    expect(error.message).toContain("0.3 s");
    expect(performance.now() - started).toBeLessThan(2000);
    expect(await ssh.exec("true")).toMatchObject({ exitCode: 0 });
  });

  test("the deadline counts while a command queues; sessions that do not end are given up", async () => {
    const own = new SshPool({ credentials: { privateKeyPath: sshd.privateKeyPath } });
    try {
      const connection = await own.get(sshd.connection);
      const release = new AbortController();
      const { signal } = release;
      const busy = Array.from({ length: 20 }, () => failure(connection.exec("exec sleep 8", { signal })));
      expect(await failure(connection.exec("true", { timeoutMs: 300 }))).toMatchObject({ code: "command-timeout" });
      release.abort();
      for (const error of await Promise.all(busy)) expect(error).toMatchObject({ code: "aborted" });
      // sshd before 9.8 does not signal root's commands, so that their sessions stay taken: either it works, or it says so.
      const outcome = await connection.exec("true").catch((error: AllmendeError) => error);
      const allowed = process.getuid?.() === 0 ? [0, "session-refused"] : [0];
      expect(allowed).toContain("code" in outcome ? outcome.code : outcome.exitCode);
      const fresh = await own.get(sshd.connection);
      expect(await fresh.exec("true")).toMatchObject({ exitCode: 0 });
    } finally {
      await own.close();
    }
  });

  test("an abort ends the command; one that came before starts none", async () => {
    const abort = new AbortController();
    const pending = failure(
      ssh.exec("echo ready; exec sleep 9", { signal: abort.signal, onStdoutLine: () => abort.abort() }),
    );
    const error = await pending;
    expect(error).toBeInstanceOf(AllmendeError);
    expect(error.code).toBe("aborted");
    const before = ssh.roundTrips;
    expect(await failure(ssh.exec("true", { signal: abort.signal }))).toMatchObject({ code: "aborted" });
    expect(ssh.roundTrips).toBe(before);
  });

  test("a server that dies in the middle of a command, and a new one in its place", async () => {
    const mortal = await startSshd();
    const mortalPool = new SshPool({ credentials: { privateKeyPath: mortal.privateKeyPath } });
    try {
      const connection = await mortalPool.get(mortal.connection);
      let running = () => {};
      const begun = new Promise<void>((resolve) => {
        running = resolve;
      });
      const pending = failure(connection.exec("echo begun; exec sleep 9", { onStdoutLine: () => running() }));
      const queued = Array.from({ length: 12 }, () => failure(connection.exec("exec sleep 9")));
      await begun;
      await mortal.kill();
      const error = await pending;
      expect(error).toMatchObject({ code: "connection-lost" });
      expect(error.message).toMatch(/middle of a command/);
      for (const other of await Promise.all(queued)) expect(other).toMatchObject({ code: "connection-lost" });
      expect(connection.alive).toBe(false);
      expect(await failure(connection.exec("true"))).toMatchObject({ code: "connection-lost" });
    } finally {
      await mortalPool.close();
      await mortal.stop();
    }
  });

  test("the pool connects again when a connection has died", async () => {
    const reviving = new SshPool({ credentials: { privateKeyPath: sshd.privateKeyPath } });
    try {
      const first = await reviving.get(sshd.connection);
      await failure(first.exec("kill -KILL $PPID"));
      await first.closed;
      const second = await reviving.get(sshd.connection);
      expect(second).not.toBe(first);
      expect(await second.exec("true")).toMatchObject({ exitCode: 0 });
    } finally {
      await reviving.close();
    }
  });

  test("ending says goodbye and fails what runs", async () => {
    const ending = new SshPool({ credentials: { privateKeyPath: sshd.privateKeyPath } });
    const connection = await ending.get(sshd.connection);
    const pending = failure(connection.exec("exec sleep 9"));
    await ending.close();
    expect(await pending).toMatchObject({ code: "connection-closed" });
    expect(await failure(ending.get(sshd.connection))).toMatchObject({ code: "connection-closed" });
  });
});
