import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { sshdMissing, startSshd, type TestSshd } from "@allmende/ssh/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordingContext } from "../testing.js";
import { onHosts } from "./connect.js";
import type { DeployedHost } from "./deployed.js";

describe.skipIf(sshdMissing())("hosts of which one does not answer", () => {
  let sshd: TestSshd;
  let silent: Server;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    sshd = await startSshd();
    silent = createServer((socket) => void sockets.push(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
  }, 30_000);

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    silent.close();
    await sshd.stop();
  });

  const deployed = (name: string, port: number): DeployedHost => ({
    host: { name, connection: { ...sshd.connection, port }, reserveBytes: 0 },
    credentials: { privateKeyPath: sshd.privateKeyPath },
    members: [],
    services: [],
    resources: [],
  });

  test("the others are told at once, and that one after its deadline", async () => {
    const hosts = [deployed("silent", (silent.address() as AddressInfo).port), deployed("well", sshd.port)];
    const told: [string, readonly string[]][] = [];
    const results = await onHosts(recordingContext(), hosts, async (ssh) => (await ssh.exec("echo hello")).exitCode, {
      connectDeadlineMs: 1500,
      onResult: (result, missing) => told.push([result.deployed.host.name, missing]),
    });
    expect(told).toEqual([
      ["well", ["silent"]],
      ["silent", []],
    ]);
    expect(results).toMatchObject([{ error: { code: "connect-timeout" } }, { value: 0 }]);
  }, 10_000);
});
