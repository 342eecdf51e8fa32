import { renderUnreadable } from "@allmende/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startServer } from "../server.js";
import { hostInput } from "../testing/inputs.js";
import { MemoryBackend } from "../testing/memory-backend.js";
import { patchHosts, patchRunInput, windowInput } from "../testing/patch-inputs.js";
import { connectPlugin, type PluginClient, urn } from "../testing/plugin-client.js";
import { type PropertyMap, unknownValue } from "../wire/values.js";

const alpha = { name: "alpha", from: "1.0", to: "1.1" };
const [web1, web2] = [urn("PatchRun", "nightly-web1"), urn("PatchRun", "nightly-web2")];

let backend: MemoryBackend;
let client: PluginClient;
let close: () => Promise<void>;

beforeEach(async () => {
  backend = new MemoryBackend();
  for (const host of ["web1", "web2"]) backend.patching.pending.set(host, [alpha]);
  const server = await startServer(() => backend, undefined);
  client = connectPlugin(server.port);
  close = async () => {
    client.close();
    await server.close();
  };
});

afterEach(() => close());

/** Check, then create, as the engine does. */
async function create(resource: string, news: PropertyMap, preview = false) {
  const { inputs, failures } = await client.check(resource, news);
  expect(failures).toEqual([]);
  return { inputs, ...(await client.create(resource, inputs, preview)) };
}

const of = (host: string, state: "open" | "closed" = "open", changes: PropertyMap = {}) =>
  patchRunInput(host, windowInput(state), changes);
const runsOf = () => backend.patching.asked.filter((each) => each.endsWith(" run"));
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error) as Promise<{ details: string }>;
const paths = (diff: { detaileddiffMap: [string, unknown][] }) => diff.detaileddiffMap.map(([path]) => path);

describe("while the window is closed", () => {
  test("no host is touched, neither at a preview nor afterwards, whatever changes in the declaration", async () => {
    await create(web1, of("web1", "closed"), true);
    const { id, inputs, outputs } = await create(web1, of("web1", "closed"));
    expect(id).toBe("nightly/web1");
    expect(outputs).not.toHaveProperty("occurrence");
    const changed = windowInput("closed", { duration: "5h", updates: "all" });
    const { inputs: news } = await client.check(web1, patchRunInput("web1", changed));
    expect(paths(await client.diff(web1, { inputs, outputs }, news))).toEqual([]);
    expect(backend.patching.asked).toEqual([]);
  });

  test("a deletion touches none either", async () => {
    const { id, inputs } = await create(web1, of("web1", "closed"));
    await client.delete(web1, id, inputs);
    expect(backend.patching.asked).toEqual([]);
  });
});

describe("while the window is open", () => {
  test("a preview only asks what is pending on its own host", async () => {
    const { outputs } = await create(web1, of("web1"), true);
    expect(backend.patching.asked).toEqual(["web1 plan"]);
    expect(outputs["occurrence"]).toMatch(/^nightly\/.*\[UTC\]$/);
    expect(outputs["outcome"]).toBe(unknownValue);
  });

  test("a preview keeps a kernel from a host that its canary holds: only who would get one asks the others", async () => {
    const name = "linux-image-6.12.57";
    backend.patching.held.set("web1", `6.12.57\t${name}\t6.12.57-1\t6.12.48\t1000\tnightly/1\t-\tunits: a.service`);
    backend.patching.pending.set("web1", []);
    backend.patching.pending.set("web2", [alpha, { name, from: "-", to: "6.12.57-1" }]);
    const window = windowInput("open", { canary: { hosts: 1, soak: "1s" } });
    await create(web1, patchRunInput("web1", window), true);
    expect(backend.patching.asked).toEqual(["web1 plan"]);
    await create(web2, patchRunInput("web2", window), true);
    expect(backend.patching.asked.slice(1).sort()).toEqual(["web1 status", "web2 plan", "web2 plan", "web2 status"]);
  });

  test("one after the other: the host that the engine sends first need not be the first to be patched", async () => {
    const second = await create(web2, of("web2"));
    expect(runsOf()).toEqual(["web1 run", "web2 run"]);
    const first = await create(web1, of("web1"));
    expect(runsOf()).toEqual(["web1 run", "web2 run"]);
    for (const { outputs } of [first, second]) {
      expect(outputs).toMatchObject({
        outcome: "done",
        upgraded: [alpha],
        reboot: { state: "done", bootIdBefore: "boot-1", bootIdAfter: "boot-2" },
        phases: [{ phase: "upgrade", seconds: 10 }, { phase: "proof" }, { phase: "unlock" }],
        reportedAt: "1970-01-01T00:16:50.000Z",
      });
    }
    expect(first.outputs["occurrence"]).toBe(second.outputs["occurrence"]);
  });

  test("what is done is not done again; what another run left undone is", async () => {
    const { inputs, outputs } = await create(web1, of("web1"));
    const { inputs: news } = await client.check(web1, of("web1"));
    expect(paths(await client.diff(web1, { inputs, outputs }, news))).toEqual([]);
    const undone = { ...outputs, outcome: "unfinished" };
    expect(paths(await client.diff(web1, { inputs, outputs: undone }, news))).toEqual(["outcome"]);
    const before = { ...outputs, occurrence: "nightly/2020-01-01T02:00[UTC]" };
    expect(paths(await client.diff(web1, { inputs, outputs: before }, news))).toEqual(["occurrence"]);
    expect(await client.update(web1, { inputs, outputs: undone }, news)).toMatchObject({ outcome: "done" });
  });

  test("a host that fails says where and why; the other is left alone and says because of whom", async () => {
    backend.patching.breaking.add("web1");
    const both = [create(web1, of("web1")), create(web2, of("web2"))] as const;
    const [failed, halted] = await Promise.all(both.map(caught));
    expect(failed?.details).toMatch(
      /^web1: its run failed and was taken back in the phase proof: units: alpha.service failed\.\n {2}\| no luck today\n/,
    );
    expect(detailOf(failed)).toContain("rolled-back");
    expect(halted?.details).toMatch(/^web2 was left alone: halted: 1 hosts failed, 0 are tolerated\./);
    expect(detailOf(halted)).toBe("");
    expect(runsOf()).toEqual(["web1 run"]);
  });

  test("once it is closed a failed run is still known, and nothing is done", async () => {
    const old = { occurrence: "nightly/2020-01-01T02:00[UTC]", outcome: "rolled-back", cause: "proof" };
    const { inputs } = await client.check(web1, of("web1", "closed"));
    const updated = await client.update(web1, { inputs, outputs: { ...inputs, ...old } }, inputs);
    expect(updated).toMatchObject(old);
    expect(backend.patching.asked).toEqual([]);
  });

  test("cancelled, what has begun goes to its end, and nothing more begins", async () => {
    let begun = () => {};
    let goOn = () => {};
    const isRunning = new Promise<void>((resolve) => (begun = resolve));
    const released = new Promise<void>((resolve) => (goOn = resolve));
    backend.patching.duringRun = async () => {
      begun();
      await released;
    };
    const [first, second] = [create(web1, of("web1")), caught(create(web2, of("web2")))];
    await isRunning;
    const cancelled = client.cancel();
    // Requests arrive in their order: once this one is answered, the plugin knows of the other.
    await client.getPluginInfo();
    goOn();
    expect((await first).outputs["outcome"]).toBe("done");
    expect(await second).toMatchObject({ details: "web2: cancelled before anything was done." });
    await cancelled;
    expect(runsOf()).toEqual(["web1 run"]);
  });

  test("of the other hosts the state keeps what orders them, and no calendar", async () => {
    const calendars = { "coop.ics": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n" };
    const window = windowInput("open", { blackouts: [{ ics: "coop.ics" }] });
    const { inputs, outputs } = await create(web1, patchRunInput("web1", window, { calendars }));
    expect(inputs["hosts"]).toEqual([{ name: "web1" }, { name: "web2" }]);
    expect(inputs["host"]).toEqual(patchHosts[0]);
    for (const map of [inputs, outputs]) expect(map).not.toHaveProperty("calendars");
  });
});

describe("an emergency", () => {
  const decided = { emergency: { by: "gerd", reason: "a hole in alpha" } };

  test("is done at once, and once for the same reason and name", async () => {
    const { id, inputs, outputs } = await create(web1, of("web1", "closed", decided));
    expect(id).toBe("nightly/web1/emergency");
    expect(outputs).toMatchObject({ outcome: "done", upgraded: [alpha] });
    expect(runsOf()).toEqual(["web1 run", "web2 run"]);
    const { inputs: same } = await client.check(web1, of("web1", "open", decided));
    expect(paths(await client.diff(web1, { inputs, outputs }, same))).toEqual([]);
    const other = { emergency: { by: "gerd", reason: "another hole" } };
    const { inputs: next } = await client.check(web1, of("web1", "closed", other));
    expect(paths(await client.diff(web1, { inputs, outputs }, next))).toEqual(["occurrence"]);
  });

  test.each([
    [{ by: "gerd" }, "emergency.reason"],
    [{ reason: "a hole", by: " " }, "emergency.by"],
  ])("without a reason or a name is refused: %j", async (emergency, property) => {
    const { failures } = await client.check(web1, of("web1", "open", { emergency }));
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });
});

test("everything that is wrong is said at once", async () => {
  const window = windowInput("open", { zone: "Berlin", blackouts: [{ ics: "none.ics" }] });
  const news = { ...patchRunInput("web1", window), stack: "", wat: 1, hosts: [hostInput, hostInput] };
  const { failures } = await client.check(web1, news);
  expect(failures.map(({ property }) => property).sort()).toEqual([
    "",
    "hosts",
    "stack",
    "window.blackouts[0].ics",
    "window.zone",
  ]);
});

test("a window whose calendar was not read is refused, an emergency is not", async () => {
  const window = windowInput("open", { blackouts: [{ url: { config: "holidays" }, maxAge: "1d" }] });
  const refused = await client.check(web1, patchRunInput("web1", window));
  expect(refused.failures).toMatchObject([
    { property: "window.blackouts[0].url", reason: expect.stringContaining("config:holidays") },
  ]);
  const calendars = { "config:holidays": renderUnreadable("the server answers 503") };
  const closed = await client.check(web1, patchRunInput("web1", window, { calendars }));
  expect([closed.failures, closed.inputs["occurrence"]]).toEqual([[], undefined]);
  const emergency = { by: "gerd", reason: "a hole" };
  expect((await client.check(web1, patchRunInput("web1", window, { emergency }))).failures).toEqual([]);
});

test("a host that the window does not select is refused", async () => {
  const { failures } = await client.check(
    web1,
    patchRunInput("web1", windowInput("open", { hosts: { stage: "test" } })),
  );
  expect(failures).toMatchObject([{ property: "host", reason: expect.stringContaining("labels do not fit") }]);
});

test("what is not known yet is not judged, and nothing is asked", async () => {
  const host = { ...patchHosts[0], address: unknownValue };
  const { inputs, outputs } = await create(web1, { ...of("web1"), host, hosts: unknownValue }, true);
  expect(inputs).not.toHaveProperty("occurrence");
  expect(outputs["outcome"]).toBe(unknownValue);
  expect(backend.patching.asked).toEqual([]);
});

test("another window or host is another run", async () => {
  const { inputs, outputs } = await create(web1, of("web1", "closed"));
  const { inputs: news } = await client.check(web1, of("web2", "closed"));
  const diff = await client.diff(web1, { inputs, outputs }, news);
  expect([paths(diff), diff.replacesList]).toEqual([["host.name"], ["host"]]);
});

/** The InitFailed detail of a gRPC error, as bytes: enough to find texts in it. */
function detailOf(error: unknown): string {
  const { metadata } = error as { metadata: { get(name: string): Buffer[] } };
  const details = metadata.get("grpc-status-details-bin");
  return details.map((each) => each.toString("latin1")).join("");
}
