import { connect as connectSocket, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SshConnection, SshPool } from "./index.js";
import { sshdMissing, startSshd, type TestSshd } from "./testing/index.js";

const roundTripMs = 200;

/** A relay on loopback that holds everything back for half a round trip, in both directions. */
async function startRelay(targetPort: number) {
  const sockets = new Set<Socket>();
  let frozen = false;
  const later = (from: Socket, to: Socket) => {
    from.on("data", (chunk) => setTimeout(() => frozen || to.write(chunk), roundTripMs / 2));
    from.on("close", () => to.destroy());
    from.on("error", () => {});
    sockets.add(from);
  };
  const server = createServer({ noDelay: true }, (socket) => {
    const target = connectSocket({ port: targetPort, host: "127.0.0.1", noDelay: true });
    later(socket, target);
    later(target, socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    /** From now on everything vanishes, as behind a firewall that has forgotten the connection. */
    freeze() {
      frozen = true;
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe.skipIf(sshdMissing())(`over a line with ${roundTripMs} ms of round trip`, () => {
  let sshd: TestSshd;
  let relay: Awaited<ReturnType<typeof startRelay>>;
  let pool: SshPool;
  let ssh: SshConnection;
  let connectMs: number;
  beforeAll(async () => {
    sshd = await startSshd();
    relay = await startRelay(sshd.port);
    pool = new SshPool({ credentials: { privateKeyPath: sshd.privateKeyPath } });
    const started = performance.now();
    ssh = await pool.get({ ...sshd.connection, port: relay.port });
    connectMs = performance.now() - started;
  }, 30_000);
  afterAll(async () => {
    await pool.close();
    relay.stop();
    await sshd.stop();
  });

  /** How many round trips fit into the time that `action` took, and how many the connection counted. */
  async function measure(action: () => Promise<unknown>) {
    const counted = ssh.roundTrips;
    const started = performance.now();
    await action();
    return { took: Math.floor((performance.now() - started) / roundTripMs), counted: ssh.roundTrips - counted };
  }
  /** Until the session that was opened ahead is there. */
  const settle = () => new Promise((resolve) => setTimeout(resolve, roundTripMs * 1.5));

  test("a connection takes six round trips", () => {
    // Key exchange 3 (names, algorithms, keys), login 3 (service, key offered, key used); the relay accepts TCP at once.
    expect(Math.floor(connectMs / roundTripMs)).toBeLessThanOrEqual(6);
  });

  test("a command without input takes one", { retry: 2 }, async () => {
    await settle();
    expect(await measure(() => ssh.exec("true"))).toEqual({ took: 1, counted: 1 });
  });

  test("a command with input takes two", { retry: 2 }, async () => {
    await settle();
    expect(await measure(() => ssh.exec("cat", { stdin: Buffer.from("x") }))).toEqual({ took: 2, counted: 2 });
  });

  test("a command whose session is not open yet takes one more", { retry: 2 }, async () => {
    await settle();
    const both = await measure(() => Promise.all([ssh.exec("true"), ssh.exec("true")]));
    expect(both).toEqual({ took: 2, counted: 3 });
  });

  test("a line that has gone dead is noticed by keep-alive", async () => {
    const own = await startRelay(sshd.port);
    const events: string[] = [];
    const keepAlive = new SshPool({
      credentials: { privateKeyPath: sshd.privateKeyPath },
      keepAliveMs: 400,
      onEvent: (event) => events.push(event.kind),
    });
    try {
      const connection = await keepAlive.get({ ...sshd.connection, port: own.port });
      // Longer than keep-alive's patience: it is answered, so the connection stays.
      expect(await connection.exec("sleep 2")).toMatchObject({ exitCode: 0 });
      const pending = connection.exec("exec sleep 60");
      own.freeze();
      await expect(pending).rejects.toMatchObject({
        code: "connection-lost",
        message: expect.stringContaining("Keepalive"),
      });
      expect(events).toEqual(["connecting", "connected", "lost"]);
    } finally {
      await keepAlive.close();
      own.stop();
    }
  });
});
