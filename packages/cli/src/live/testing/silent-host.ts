import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { startSshd, type TestSshd } from "@allmende/ssh/testing";
import { afterAll, beforeAll } from "vitest";
import type { DeployedHost } from "../deployed.js";

/** Call it once in a describe: a real sshd, and beside it a host that takes connections and never says a word. */
export function useSilentHost(): { readonly hosts: () => readonly [silent: DeployedHost, well: DeployedHost] } {
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
  return { hosts: () => [deployed("silent", (silent.address() as AddressInfo).port), deployed("well", sshd.port)] };
}
