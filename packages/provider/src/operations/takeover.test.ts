import { HostError } from "@allmende/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serviceInput } from "../testing/inputs.js";
import type { MemoryBackend } from "../testing/memory-backend.js";
import { startMemoryPlugin } from "../testing/memory-plugin.js";
import { type PluginClient, urn } from "../testing/plugin-client.js";

const blog = urn("Service", "anna-blog");
const service = "service/anna/anna-blog";

let backend: MemoryBackend;
let client: PluginClient;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ backend, client, close } = await startMemoryPlugin());
});

afterEach(() => close());

describe("a service", () => {
  test("takes a port over from the service that it replaces, and from no other", async () => {
    backend.portHolders.set(service, "service/anna/old-blog");
    await expect(client.create(blog, serviceInput)).rejects.toThrow(/port 8080 is taken by service\/anna\/old-blog/);
    await client.create(blog, { ...serviceInput, replaces: "old-blog" });
    expect(backend.transactions.at(-1)).toMatchObject([{ takesOverFrom: ["service/anna/old-blog"] }]);
  });

  test("takes a port over from a service that the program has moved to another one, whichever comes first", async () => {
    backend.portHolders.set(service, "service/anna/anna-shop");
    const moved = { ...serviceInput, name: "anna-shop", ports: { web: 8099 } };
    expect((await client.check(urn("Service", "anna-shop"), moved)).failures).toEqual([]);
    await client.create(blog, serviceInput);
    expect(backend.transactions.map(([change]) => (change?.kind === "put" ? change.takesOverFrom : undefined))).toEqual(
      [[], ["service/anna/anna-shop"]],
    );
  });

  test("makes no service give way whose own move has failed", async () => {
    const shop = urn("Service", "anna-shop");
    const moved = { ...serviceInput, name: "anna-shop", ports: { web: 8099 } };
    const error = new HostError("it does not start.", { code: "start-failed" });
    backend.failures.set("service/anna/anna-shop", { state: "failed", error });
    backend.portHolders.set(service, "service/anna/anna-shop");
    const { inputs } = await client.check(shop, moved);
    await expect(client.create(shop, inputs)).rejects.toThrow(/does not start/);
    await expect(client.create(blog, serviceInput)).rejects.toThrow(/is taken by/);
  });
});
