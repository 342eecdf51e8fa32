import { afterEach, beforeEach, expect, test } from "vitest";
import { hostInput, memberInput, serviceInput } from "../testing/inputs.js";
import type { MemoryBackend } from "../testing/memory-backend.js";
import { startMemoryPlugin } from "../testing/memory-plugin.js";
import { type PluginClient, urn } from "../testing/plugin-client.js";

const blog = urn("Service", "anna-blog");
const id = "web1/anna/anna-blog";
const onHost = "service/anna/anna-blog";
const timeoutSeconds = 0.2;

let backend: MemoryBackend;
let client: PluginClient;
let close: () => Promise<void>;
/** Lets the transactions that hang go on. */
let goOn: () => void;

beforeEach(async () => {
  ({ backend, client, close } = await startMemoryPlugin());
});

afterEach(() => close());

function hang(): void {
  const released = new Promise<void>((resolve) => (goOn = resolve));
  backend.duringApply = () => released;
}

const resources = () => backend.resources(String(hostInput["address"]));
const partial = { details: expect.stringMatching(/service anna-blog on web1 was not done within 0\.2 s/) };
const detailOf = ({ metadata }: { metadata: { get(name: string): unknown[] } }) =>
  metadata.get("grpc-status-details-bin");

test("a creation that takes longer fails in time, is recorded, and goes on; the next run has nothing to mend on the host", async () => {
  hang();
  const failure = await client.create(blog, serviceInput, false, timeoutSeconds).catch((error: unknown) => error);
  expect(failure).toMatchObject(partial);
  expect(detailOf(failure as Parameters<typeof detailOf>[0])).toHaveLength(1);
  expect(resources().has(onHost)).toBe(false);
  goOn();
  await expect.poll(() => resources().has(onHost)).toBe(true);
  const recorded = { inputs: serviceInput, outputs: serviceInput };
  const outputs = await client.update(blog, recorded, serviceInput);
  expect(outputs).toEqual((await client.read(blog, id, serviceInput)).outputs);
});

test("an update and a deletion do the same", async () => {
  const { outputs } = await client.create(blog, serviceInput);
  hang();
  const state = { inputs: serviceInput, outputs };
  const larger = { ...serviceInput, ram: "256MiB" };
  await expect(client.update(blog, state, larger, false, timeoutSeconds)).rejects.toMatchObject(partial);
  await expect(client.delete(blog, id, serviceInput, timeoutSeconds)).rejects.toMatchObject(partial);
  goOn();
  await expect.poll(() => resources().has(onHost)).toBe(false);
});

test("what shares the transaction and has more time does not fail with it", async () => {
  hang();
  const [late, patient] = [
    client.create(blog, serviceInput, false, timeoutSeconds),
    client.create(urn("Member", "anna"), memberInput, false, 60),
  ];
  await expect(late).rejects.toMatchObject(partial);
  goOn();
  expect((await patient).id).toBe("web1/anna");
  expect(backend.transactions).toHaveLength(1);
});
