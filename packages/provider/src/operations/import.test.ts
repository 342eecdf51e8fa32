import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostSpec } from "@allmende/model";
import { sshdMissing, startSshd, type TestSshd } from "@allmende/ssh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BackendFactory } from "../run/run.js";
import { createSshBackend } from "../run/ssh-backend.js";
import { type PluginServer, startServer } from "../server.js";
import { hostInput, memberInput, serviceInput } from "../testing/inputs.js";
import { MemoryBackend } from "../testing/memory-backend.js";
import { connectPlugin, type PluginClient, urn } from "../testing/plugin-client.js";
import type { PropertyMap } from "../wire/values.js";

let folder: string;
let knownHostsFile: string;
let server: PluginServer;
let client: PluginClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "allmende-import-"));
  knownHostsFile = join(folder, "known_hosts");
});

afterEach(async () => {
  client.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(backend: BackendFactory, configuration: PropertyMap = {}): Promise<void> {
  server = await startServer(backend, undefined);
  client = connectPlugin(server.port);
  await client.configure({ knownHostsFile, ...configuration });
}

/** A public key that no server has. */
const key = (letter: string) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${letter.repeat(43)}`;

describe("an import", () => {
  const address = String(hostInput["address"]);
  let asked: HostSpec[];

  beforeEach(async () => {
    const backend = new MemoryBackend();
    const inspect = backend.inspect.bind(backend);
    asked = [];
    backend.inspect = (host) => {
      asked.push(host);
      return inspect(host);
    };
    await start(() => backend);
    await client.create(urn("Host", "web1"), hostInput);
    await client.create(urn("Member", "anna"), memberInput);
    await client.create(urn("Service", "anna-blog"), serviceInput);
    await client.configure({ knownHostsFile });
  });

  test("takes the inputs from the manifests, and the way from its id", async () => {
    await writeFile(knownHostsFile, `${address} ${key("B")}\n[gate.example.org]:2222 ${key("C")}\n`);
    const id = `${address},via=jump@gate.example.org:2222/anna/anna-blog`;
    const read = await client.read(urn("Service", "anna-blog"), id);
    const bastion = { address: "gate.example.org", port: 2222, user: "jump", hostKey: key("C") };
    expect(read.id).toBe("web1/anna/anna-blog");
    expect(read.inputs).toEqual({
      ...serviceInput,
      host: { ...hostInput, reserve: "0.5GiB", hostKey: key("B"), bastion },
    });
    expect(asked.at(-1)?.connection.bastion).toEqual({
      address: "gate.example.org",
      port: 2222,
      user: "jump",
      hostKeys: [key("C")],
    });
  });

  test("goes nowhere without a key of the bastion", async () => {
    await writeFile(knownHostsFile, `${address} ${key("B")}\n`);
    await expect(client.read(urn("Host", "web1"), `${address},via=gate.example.org`)).rejects.toMatchObject({
      details: expect.stringContaining("no key of gate.example.org, port 22"),
    });
    expect(asked).toEqual([]);
  });
});

/** Over real connections; the host is this machine, which has no manifests, so that nothing is found there. */
describe.skipIf(sshdMissing() || process.getuid?.() !== 0)("an import through a real bastion", () => {
  let bastion: TestSshd;
  let inner: TestSshd;

  beforeEach(async () => {
    bastion = await startSshd();
    inner = await startSshd({ config: [`AuthorizedKeysFile ${bastion.directory}/authorized_keys`], unchecked: true });
    await start(createSshBackend, { privateKeyFile: bastion.privateKeyPath, agent: "", connectDeadline: "10s" });
  }, 30_000);

  afterEach(async () => {
    await inner.stop();
    await bastion.stop();
  });

  const line = ({ port, connection }: TestSshd) => `[127.0.0.1]:${port} ${connection.hostKeys[0]}\n`;
  const id = () => `127.0.0.1:${inner.port},via=127.0.0.1:${bastion.port}/nobody`;

  test("reaches the host by it, with both keys pinned", async () => {
    await writeFile(knownHostsFile, line(bastion) + line(inner));
    expect((await client.read(urn("Member", "nobody"), id())).id).toBe("");
    expect(await bastion.log()).toContain(`direct-tcpip`);
    expect(await inner.log()).toContain("Accepted publickey for root");
  });

  test("refuses a host that has another key than known", async () => {
    await writeFile(knownHostsFile, line(bastion) + line({ ...inner, connection: bastion.connection }));
    await expect(client.read(urn("Member", "nobody"), id())).rejects.toMatchObject({
      details: expect.stringContaining(`127.0.0.1:${inner.port}`),
    });
    expect(await inner.log()).not.toContain("Accepted publickey");
  });
});
