import { afterEach, beforeEach, expect, test } from "vitest";
import { hostInput, memberInput } from "../testing/inputs.js";
import type { MemoryBackend } from "../testing/memory-backend.js";
import { startMemoryPlugin } from "../testing/memory-plugin.js";
import { type PluginClient, urn } from "../testing/plugin-client.js";

const anna = urn("Member", "anna");
const mib = 1024 ** 2;

let backend: MemoryBackend;
let client: PluginClient;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ backend, client, close } = await startMemoryPlugin());
});

afterEach(() => close());

test("a member's slice limit that was changed by hand is named and mended, and only then", async () => {
  const { inputs } = await client.check(anna, memberInput);
  const { id, outputs: created } = await client.create(anna, inputs);
  const there = backend.resources(String(hostInput["address"]));
  const real = there.get("member/anna") as NonNullable<ReturnType<typeof there.get>>;
  const readWithLimit = async (memoryMaxBytes: number) => {
    there.set("member/anna", { ...real, live: { ...real.live, memoryMaxBytes, derivedMemoryMaxBytes: 200 * mib } });
    await client.configure({});
    return (await client.read(anna, id, inputs, created)).outputs;
  };
  expect(await readWithLimit(200 * mib)).toEqual(created);
  const outputs = await readWithLimit(100 * mib);
  expect(outputs["live"]).toMatchObject({
    slice: "MemoryMax is 104857600 bytes, the services add up to 209715200 bytes",
  });
  const { detaileddiffMap } = await client.diff(anna, { inputs, outputs }, inputs);
  expect(detaileddiffMap.map(([path]) => path)).toEqual(["live.slice"]);
  expect(await client.update(anna, { inputs, outputs }, inputs)).toEqual(created);
});
