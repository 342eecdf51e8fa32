import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { sshdMissing, startSshd, type TestSshd } from "@allmende/ssh/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeployedHost } from "../live/deployed.js";
import { askAll, targetsOf } from "./targets.js";

describe.skipIf(sshdMissing())("hosts that are looked at, of which one does not answer", () => {
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

  const deployed = (name: string, port: number): Pick<DeployedHost, "host" | "credentials"> => ({
    host: { name, connection: { ...sshd.connection, port }, reserveBytes: 0 },
    credentials: { privateKeyPath: sshd.privateKeyPath },
  });

  test("the others are told at once, and that one after its deadline", async () => {
    const hosts = [deployed("silent", (silent.address() as AddressInfo).port), deployed("well", sshd.port)];
    const stack = targetsOf(hosts, 1500);
    const told: [string, readonly string[]][] = [];
    const names = ["silent", "well"];
    const { signal } = new AbortController();
    const results = await askAll(
      stack,
      names,
      async (_, host) => host,
      signal,
      ({ host }, missing) => {
        told.push([host, missing]);
      },
    );
    await stack.close();
    expect(told).toEqual([
      ["well", ["silent"]],
      ["silent", []],
    ]);
    expect(results).toMatchObject([{ error: { code: "connect-timeout" } }, { value: "well" }]);
  }, 10_000);
});
