import { sshdMissing, startSshd, type TestSshd } from "@allmende/ssh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type PluginServer, startServer } from "../server.js";
import { hostInput } from "../testing/inputs.js";
import { connectPlugin, type PluginClient, urn } from "../testing/plugin-client.js";
import type { PropertyMap } from "../wire/values.js";
import { createSshBackend } from "./ssh-backend.js";

const web1 = urn("Host", "web1");

/** Over real connections; the host is this machine, of which only is read. */
describe.skipIf(sshdMissing() || process.getuid?.() !== 0)("a host whose connection is declared anew", () => {
  let sshd: TestSshd;
  let server: PluginServer;
  let client: PluginClient;
  let inputs: PropertyMap;

  beforeEach(async () => {
    sshd = await startSshd();
    const { address, port, user, hostKeys } = sshd.connection;
    inputs = { ...hostInput, address, port, user, hostKey: hostKeys[0] as string };
    server = await startServer(createSshBackend, undefined);
    client = connectPlugin(server.port);
    await client.configure({ privateKeyFile: sshd.privateKeyPath, agent: "", connectDeadline: "10s" });
  }, 30_000);

  afterEach(async () => {
    client.close();
    await server.close();
    await sshd.stop();
  });

  /** As after `up --refresh`: looked at as the state says, then declared anew. */
  async function updateAfterRefresh(anew: PropertyMap): Promise<PropertyMap> {
    const { outputs } = await client.create(web1, inputs, true);
    await client.read(web1, "web1", inputs, outputs);
    expect(await sshd.log()).toContain("Accepted publickey");
    const { inputs: checked, failures } = await client.check(web1, { ...inputs, ...anew });
    expect(failures).toEqual([]);
    return client.update(web1, { inputs, outputs }, checked);
  }

  test("is not recorded with a key that it does not have, though it was reached with the old one", async () => {
    const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"B".repeat(43)}`;
    await expect(updateAfterRefresh({ hostKey })).rejects.toMatchObject({
      details: expect.stringMatching(/key/),
    });
  });

  test("is not recorded with a login that it refuses", async () => {
    await expect(updateAfterRefresh({ user: "nobody" })).rejects.toMatchObject({ code: expect.any(Number) });
  });

  test("is recorded where it answers so", async () => {
    expect(await updateAfterRefresh({ address: "localhost" })).toMatchObject({ address: "localhost" });
  });
});
