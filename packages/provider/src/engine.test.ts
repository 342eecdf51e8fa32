import { readFileSync } from "node:fs";
import { CustomResource, type CustomResourceOptions, secret } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EngineStack, openEngineStack, pulumiDirectory } from "./testing/engine-stack.js";
import { hostInput, memberInput, serviceInput } from "./testing/inputs.js";
import { MemoryBackend } from "./testing/memory-backend.js";

class Resource extends CustomResource {
  constructor(type: string, name: string, inputs: object, options: CustomResourceOptions = {}) {
    super(`allmende:index:${type}`, name, { ...inputs, digests: undefined, live: undefined }, options);
  }
}

/** A real Pulumi engine, attached to this process's plugin; hosts are in memory. */
describe.skipIf(pulumiDirectory === undefined)("Pulumi's engine", () => {
  const backend = new MemoryBackend();
  let engine: EngineStack;
  let stack: Stack;
  let service: object = { ...serviceInput, secrets: { KEY: secret("canary-4711") } };

  beforeAll(async () => {
    const program = async () => {
      const host = new Resource("Host", "web1", hostInput);
      const member = new Resource("Member", "anna-web1", memberInput, { dependsOn: [host] });
      new Resource("Service", "anna-blog", service, { dependsOn: [member], customTimeouts: { update: "1s" } });
    };
    engine = await openEngineStack("lab", program, backend);
    stack = engine.stack;
  }, 60_000);

  afterAll(async () => await engine?.close());

  test("previews without touching a host", { timeout: 60_000 }, async () => {
    expect((await stack.preview()).changeSummary).toEqual({ create: 4 });
    expect([backend.transactions.length, backend.inspections]).toEqual([0, 0]);
  });

  const blogUnlimited = () => {
    const there = backend.resources(String(hostInput["address"]));
    const id = "service/anna/anna-blog";
    const real = there.get(id) as NonNullable<ReturnType<typeof there.get>>;
    there.set(id, { ...real, live: { ...real.live, memoryMaxBytes: Number.POSITIVE_INFINITY } });
    return { now: () => there.get(id)?.live, before: real.live, putBack: () => there.set(id, real) };
  };

  test("creates, shows drift from the first moment, and else finds nothing to do", { timeout: 60_000 }, async () => {
    expect((await stack.up()).summary.resourceChanges).toEqual({ create: 4 });
    const { putBack } = blogUnlimited();
    const { stdout } = await stack.preview({ refresh: true, diff: true, color: "never" });
    expect(stdout).toMatch(/memoryMaxBytes +: [0-9]+ => -1/);
    expect(stdout).toMatch(/live: \{\s+~ memoryMaxBytes: -1 => [0-9]+/);
    putBack();
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 4 });
    expect((await stack.refresh()).summary.resourceChanges).toEqual({ same: 4 });
    expect(backend.transactions).toHaveLength(3);
  });

  test("keeps secrets encrypted in its state", () => {
    expect(readFileSync(engine.stateFile, "utf8")).not.toContain("canary-4711");
  });

  test("shows drift, and mends it", { timeout: 60_000 }, async () => {
    const { now, before } = blogUnlimited();
    expect((await stack.refresh()).summary.resourceChanges).toEqual({ same: 3, update: 1 });
    const { stdout } = await stack.preview({ diff: true, color: "never" });
    expect(stdout).toMatch(/live: \{\s+~ memoryMaxBytes: -1 => [0-9]+/);
    await stack.up();
    expect(now()).toEqual(before);
  });

  test("names what is wrong, and changes nothing", { timeout: 60_000 }, async () => {
    const before = backend.transactions.length;
    const sound = service;
    service = { ...sound, ram: "8GiB" };
    await expect(stack.up()).rejects.toThrow(/anna-blog.*web1/s);
    service = sound;
    expect(backend.transactions).toHaveLength(before);
  });

  test("stops waiting after customTimeouts, and converges with the next run", { timeout: 60_000 }, async () => {
    let goOn = () => {};
    const released = new Promise<void>((resolve) => (goOn = resolve));
    backend.duringApply = () => released;
    service = { ...service, ram: "96MiB" };
    await expect(stack.up()).rejects.toThrow(/anna-blog on web1 was not done within 1 s/);
    // The engine knows that it is not as it should be.
    const { deployment } = await stack.exportStack();
    const blog = deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::anna-blog"));
    expect(blog.initErrors).toEqual([expect.stringContaining("was not done within 1 s")]);
    goOn();
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 3, update: 1 });
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 4 });
  });

  test("destroys what it made", { timeout: 60_000 }, async () => {
    await stack.destroy();
    expect(backend.resources(String(hostInput["address"])).size).toBe(0);
  });
});
