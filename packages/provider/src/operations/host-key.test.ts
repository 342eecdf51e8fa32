import { parseHostKey } from "@allmende/ssh";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MemoryPlugin, startMemoryPlugin } from "../testing/memory-plugin.js";
import { urn } from "../testing/plugin-client.js";
import { isSecret, type PropertyMap, secret, unknownValue } from "../wire/values.js";

let plugin: MemoryPlugin;
const key = urn("HostKey", "web3");
const inputs = { name: "web3", binding: { location: "fsn1" }, protect: true };

beforeAll(async () => {
  plugin = await startMemoryPlugin();
});
afterAll(() => plugin.close());

test("a preview makes no key, and says that the private one will be a secret", async () => {
  const { outputs } = await plugin.client.create(key, inputs, true);
  expect(outputs).toEqual({ ...inputs, publicKey: unknownValue, privateKey: secret(unknownValue) });
});

test("a key is made once: another name, binding or protection changes nothing of it", async () => {
  const { id, outputs } = await plugin.client.create(key, inputs);
  expect(id).toMatch(/^SHA256:/);
  expect(parseHostKey(String(outputs["publicKey"])).type).toBe("ssh-ed25519");
  expect(isSecret(outputs["privateKey"])).toBe(true);
  const news = { name: "web3", binding: { location: "nbg1" }, protect: false };
  const diff = await plugin.client.diff(key, { inputs, outputs }, news);
  expect(diff.replacesList).toEqual([]);
  expect(diff.diffsList.sort()).toEqual(["binding", "protect"]);
  const updated = await plugin.client.update(key, { inputs, outputs }, news);
  expect(updated).toEqual({ ...news, publicKey: outputs["publicKey"], privateKey: outputs["privateKey"] });
  expect((await plugin.client.read(key, id, inputs, outputs)).outputs).toEqual(outputs);
  expect((await plugin.client.diff(key, { inputs, outputs }, inputs)).changes).toBe(1);
});

const failures = async (olds: PropertyMap, news: PropertyMap) =>
  (await plugin.client.check(key, news, olds)).failures.map(({ property, reason }) => `${property}: ${reason}`);

test("what would replace the server is refused at preview, with how to move what is on it", async () => {
  const moved = { ...inputs, binding: { location: "nbg1" } };
  const [refusal, ...others] = await failures(inputs, moved);
  expect(refusal).toMatch(/^binding\.location: web3 is on a server with location fsn1; location nbg1 would replace/);
  expect(refusal).toContain("give it as the host of each service");
  expect(others).toEqual([]);
  expect(await failures(inputs, { ...moved, protect: false })).toEqual([]);
  expect(await failures({}, moved)).toEqual([]);
  expect(await failures(inputs, { ...inputs, binding: { location: unknownValue } })).toEqual([]);
});

test("a server that cannot be had is refused at preview", async () => {
  const [refusal] = await failures({}, { ...inputs, problem: "there is no such type" });
  expect(refusal).toBe("problem: web3: there is no such type");
  expect(await failures({}, { ...inputs, problem: unknownValue })).toEqual([]);
});

test("a key cannot be imported", async () => {
  await expect(plugin.client.read(key, "SHA256:x")).rejects.toMatchObject({
    details: expect.stringContaining("it lies in the state alone"),
  });
});
