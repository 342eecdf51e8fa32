import { ConnectError, HostError, UserError } from "@allmende/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hostInput, memberInput, serviceInput } from "../testing/inputs.js";
import type { MemoryBackend } from "../testing/memory-backend.js";
import { startMemoryPlugin } from "../testing/memory-plugin.js";
import { type PluginClient, urn } from "../testing/plugin-client.js";
import { isSecret, type PropertyMap } from "../wire/values.js";

const blog = urn("Service", "anna-blog");
const address = String(hostInput["address"]);
const service = "service/anna/anna-blog";

let backend: MemoryBackend;
let client: PluginClient;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ backend, client, close } = await startMemoryPlugin());
});

afterEach(() => close());

const liveOf = (outputs: PropertyMap) => outputs["live"] as PropertyMap;
const differing = (diff: { detaileddiffMap: [string, unknown][] }) => diff.detaileddiffMap.map(([path]) => path);

async function create(inputs: PropertyMap = serviceInput) {
  const { inputs: checked, failures } = await client.check(blog, inputs);
  expect(failures).toEqual([]);
  const { id, outputs } = await client.create(blog, checked);
  return { id, inputs: checked, outputs };
}

/** The InitFailed detail of a gRPC error, as bytes: enough to find texts in it. */
function detailOf(error: unknown): string {
  const { metadata } = error as { metadata: { get(name: string): Buffer[] } };
  return metadata
    .get("grpc-status-details-bin")
    .map((each) => each.toString("latin1"))
    .join("");
}

describe("create", () => {
  test("gives ids and outputs", async () => {
    const { id, outputs } = await create();
    expect(id).toBe("web1/anna/anna-blog");
    expect(liveOf(outputs)).toMatchObject({ active: true, containerMemoryMaxBytes: 128 * 1024 ** 2 });
    expect((await client.create(urn("Host", "web1"), hostInput)).outputs["facts"]).toMatchObject({ hostname: "web1" });
  });

  test("shows at preview what it will be, without any dealings with the host", async () => {
    const preview = await client.create(blog, serviceInput, true);
    expect([backend.transactions.length, backend.inspections]).toEqual([0, 0]);
    expect(preview.outputs).toEqual((await create()).outputs);
  });

  test("keeps secrets, and digests of secrets, secret", async () => {
    const { outputs } = await create({ ...serviceInput, secrets: { KEY: "canary" } });
    const digests = outputs["digests"] as PropertyMap;
    const ofSecret = Object.keys(digests).filter((path) => path.endsWith("/KEY"));
    expect(ofSecret).toHaveLength(1);
    expect(isSecret(digests[ofSecret[0] as string])).toBe(true);
    expect(isSecret((outputs["secrets"] as PropertyMap)["KEY"])).toBe(true);
  });

  test("merges what arrives together into one transaction", async () => {
    const members = ["anna", "bert", "cleo"].map((name, index) => ({ ...memberInput, name, number: index + 1 }));
    await Promise.all(members.map((member) => client.create(urn("Member", member.name), member)));
    expect(backend.transactions.map((changes) => changes.length)).toEqual([3]);
  });

  test("leaves nothing in the state when nothing was left on the host", async () => {
    const error = new HostError("anna-blog did not become healthy.", {
      code: "unhealthy",
      logTail: "no such file\n",
      nextStep: "Look.",
    });
    backend.failures.set(service, { state: "failed", error });
    const failure = await create().catch((caught: unknown) => caught);
    expect(failure).toMatchObject({ details: "anna-blog did not become healthy.\n  | no such file\nLook." });
    expect(detailOf(failure)).toBe("");
  });

  test("records what a lost connection may have left behind", async () => {
    backend.duringApply = async (changes) => {
      backend.duringApply = async () => {};
      await backend.apply(
        { name: "web1", connection: { address, port: 22, user: "root", hostKeys: [] }, reserveBytes: 0 },
        changes,
        { signal: new AbortController().signal, onProgress: () => {} },
      );
      throw new ConnectError("The connection to web1 was lost.", { code: "connection-lost" });
    };
    const failure = await create().catch((caught: unknown) => caught);
    expect(detailOf(failure)).toContain("pulumirpc.ErrorResourceInitFailed");
    expect(detailOf(failure)).toContain("web1/anna/anna-blog");
  });

  test.each([
    ["the host never answered", new ConnectError("web1 does not answer.", { code: "host-unreachable" })],
    ["there was no key to log in with", new UserError("The key cannot be read.", { code: "user-key-unreadable" })],
  ])("records nothing when %s", async (_, error) => {
    backend.duringApply = async () => {
      throw error;
    };
    expect(detailOf(await create().catch((caught: unknown) => caught))).toBe("");
  });
});

describe("read", () => {
  test("asks a host once for all its resources, until something is written", async () => {
    const { id, inputs } = await create();
    await client.configure({});
    await Promise.all([client.read(blog, id, inputs), client.read(urn("Member", "anna"), "web1/anna", memberInput)]);
    expect(backend.inspections).toBe(1);
    await client.create(urn("Member", "anna"), memberInput);
    expect((await client.read(urn("Member", "anna"), "web1/anna", memberInput)).id).toBe("web1/anna");
    // What the transaction saw at its end was enough.
    expect(backend.inspections).toBe(1);
  });

  test("finds an undisturbed resource as it was", async () => {
    const state = await create();
    expect(await client.read(blog, state.id, state.inputs, state.outputs)).toEqual(state);
    expect((await client.diff(blog, state, state.inputs)).changes).toBe(1);
  });

  test("shows drift, which diff names and update mends", async () => {
    const state = await create();
    const there = backend.resources(address);
    const real = there.get(service) as NonNullable<ReturnType<typeof there.get>>;
    const path = "/etc/containers/systemd/users/21042/anna-blog.container";
    expect(real.digests).toHaveProperty([path]);
    there.set(service, {
      ...real,
      digests: { ...real.digests, [path]: "absent" },
      live: { ...real.live, active: false },
    });
    await client.configure({});
    const { outputs } = await client.read(blog, state.id, state.inputs, state.outputs);
    const drifted = { ...state, outputs };
    const diff = await client.diff(blog, drifted, state.inputs);
    expect(differing(diff)).toEqual([`digests["${path}"]`, "live.active"]);
    expect(diff.detaileddiffMap.map(([, { inputdiff }]) => inputdiff)).toEqual([false, false]);
    expect(await client.update(blog, drifted, state.inputs)).toEqual(state.outputs);
  });

  test("reports what is gone as gone, and a silent host as an error", async () => {
    const state = await create();
    backend.resources(address).clear();
    await client.configure({});
    expect((await client.read(blog, state.id, state.inputs, state.outputs)).id).toBe("");
    await client.configure({});
    backend.inspect = async () => {
      throw new ConnectError("web1 does not answer.", { code: "host-unreachable" });
    };
    await expect(client.read(blog, state.id, state.inputs, state.outputs)).rejects.toMatchObject({
      details: "web1 does not answer.",
    });
  });
});

describe("update", () => {
  test("resizes without a restart when only the RAM differs", async () => {
    const state = await create();
    await client.update(blog, state, { ...state.inputs, ram: "256MiB" });
    expect(backend.transactions.at(-1)).toMatchObject([{ kind: "put", liveOnly: true }]);
    await client.update(blog, state, { ...state.inputs, ram: "256MiB", image: "registry.allmende.test/static-site:2" });
    expect(backend.transactions.at(-1)?.[0]).not.toHaveProperty("liveOnly");
  });

  test("tries a host's changed connection before it is recorded", async () => {
    const web1 = urn("Host", "web1");
    const { outputs } = await client.create(web1, hostInput);
    const state = { inputs: hostInput, outputs };
    backend.inspect = async () => {
      throw new ConnectError("web1 has another host key.", { code: "host-key-mismatch" });
    };
    await expect(client.update(web1, state, { ...hostInput, port: 2222 })).rejects.toThrow("another host key");
    expect(backend.transactions.length).toBe(1);
  });

  test("only records changed labels of a host, without reaching it", async () => {
    const web1 = urn("Host", "web1");
    const { outputs } = await client.create(web1, hostInput);
    const inspected = backend.inspect;
    backend.inspect = async () => {
      throw new ConnectError("web1 does not answer.", { code: "host-unreachable" });
    };
    const labels = { stage: "test" };
    expect(await client.update(web1, { inputs: hostInput, outputs }, { ...hostInput, labels })).toEqual({
      ...outputs,
      labels,
    });
    backend.inspect = inspected;
    expect(backend.transactions).toHaveLength(1);
  });

  test("only records a member's changed address, without reaching the host", async () => {
    const account = urn("Member", "anna-web1");
    const { outputs } = await client.create(account, memberInput);
    const [inspected, applied] = [backend.inspect, backend.transactions.length];
    backend.inspect = async () => {
      throw new ConnectError("web1 does not answer.", { code: "host-unreachable" });
    };
    const email = "anna@example.org";
    expect(await client.update(account, { inputs: memberInput, outputs }, { ...memberInput, email })).toEqual({
      ...outputs,
      email,
    });
    backend.inspect = inspected;
    expect(backend.transactions).toHaveLength(applied);
  });

  test("only records a changed connection", async () => {
    const state = await create();
    const host = { ...hostInput, address: "elsewhere.allmende.test", port: 2222 };
    const outputs = await client.update(blog, state, { ...state.inputs, host });
    expect(outputs).toEqual({ ...state.outputs, host });
    expect(backend.transactions).toHaveLength(1);
  });

  test("leaves the state as it was when the host was put back to what it was", async () => {
    const state = await create();
    backend.failures.set(service, { state: "failed", error: new HostError("Unhealthy.", { code: "unhealthy" }) });
    const image = "registry.allmende.test/broken:1";
    const failure = await client.update(blog, state, { ...state.inputs, image }).catch((caught: unknown) => caught);
    expect(detailOf(failure)).toBe("");
  });
});

describe("check", () => {
  test("refuses what a host cannot carry, with host, sum and services", async () => {
    await client.check(blog, serviceInput);
    const second = { ...serviceInput, name: "anna-shop", ram: "1536MiB", ports: { web: 8081 } };
    const { failures } = await client.check(urn("Service", "anna-shop"), second);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({
      property: "ram",
      reason: expect.stringMatching(/^web1: 2 services and 1 member need .* 1\.5 GiB.*anna-shop.*anna-blog/),
    });
  });

  test("asks the host for its RAM when that is not declared", async () => {
    const { ram: _, ...host } = hostInput;
    const { failures } = await client.check(blog, { ...serviceInput, host, ram: "4GiB" });
    expect(failures.map((failure) => failure.property)).toEqual(["ram"]);
    expect(backend.inspections).toBe(1);
  });

  test("refuses a port or a name that is taken", async () => {
    await client.check(blog, serviceInput);
    const { failures } = await client.check(urn("Service", "other"), { ...serviceInput, name: "other" });
    expect(failures.map((failure) => failure.property)).toEqual(["ports.web"]);
    const again = await client.check(urn("Service", "again"), {
      ...serviceInput,
      ports: {},
      health: { command: ["true"] },
    });
    expect(again.failures.map((failure) => failure.property)).toEqual(["name"]);
    expect((await client.check(blog, serviceInput)).failures).toEqual([]);
  });

  test("never has the engine print what may be a secret", async () => {
    const { failures } = await client.check(blog, { ...serviceInput, secrets: ["canary"] });
    expect(failures).toEqual([{ property: "", reason: expect.stringMatching(/^secrets /) }]);
  });
});

test("delete takes exactly the resource away", async () => {
  const state = await create();
  await client.create(urn("Member", "anna"), memberInput);
  await client.delete(blog, state.id, state.inputs);
  expect([...backend.resources(address).keys()]).toEqual(["member/anna"]);
  expect(backend.transactions.at(-1)).toEqual([
    { kind: "remove", id: service, member: { name: "anna", number: 1042 }, deleteData: false },
  ]);
});

test("after a cancellation nothing new is begun, and what runs is finished", async () => {
  let isStarted = () => {};
  let finish = () => {};
  const started = new Promise<void>((resolve) => (isStarted = resolve));
  backend.duringApply = () => {
    isStarted();
    return new Promise((resolve) => (finish = resolve));
  };
  const running = create();
  await started;
  const cancelled = client.cancel();
  await expect(client.create(urn("Member", "anna"), memberInput)).rejects.toMatchObject({ code: 1 });
  finish();
  await cancelled;
  expect((await running).id).toBe("web1/anna/anna-blog");
});
