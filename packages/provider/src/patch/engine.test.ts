import { CustomResource } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EngineStack, openEngineStack, pulumiDirectory } from "../testing/engine-stack.js";
import { MemoryBackend } from "../testing/memory-backend.js";
import { patchRunInput, windowInput } from "../testing/patch-inputs.js";

class PatchRun extends CustomResource {
  constructor(name: string, inputs: object) {
    super("allmende:index:PatchRun", name, { ...inputs, occurrence: undefined, outcome: undefined });
  }
}

/** A real Pulumi engine that does one thing at a time; hosts are in memory. */
describe.skipIf(pulumiDirectory === undefined)("Pulumi's engine", () => {
  const backend = new MemoryBackend();
  const hosts = ["web1", "web2"];
  /** How the engine hears of them: first the one that comes last in the window. */
  let order = ["web2", "web1"];
  let engine: EngineStack;
  let stack: Stack;
  let window = windowInput("closed");

  beforeAll(async () => {
    const program = async () => {
      for (const host of order) new PatchRun(`nightly-${host}`, patchRunInput(host, window));
    };
    engine = await openEngineStack("patch", program, backend);
    stack = engine.stack;
  }, 60_000);

  afterAll(async () => await engine?.close());

  const up = async () => (await stack.up({ parallel: 1 })).summary.resourceChanges;
  const runsOf = () => backend.patching.asked.splice(0).filter((each) => each.endsWith(" run"));

  test("does nothing while it is closed, and all in its order once it is open", { timeout: 60_000 }, async () => {
    for (const host of hosts) backend.patching.pending.set(host, [{ name: "alpha", from: "1.0", to: "1.1" }]);
    expect(await up()).toEqual({ create: 3 });
    expect(backend.patching.asked).toEqual([]);
    window = windowInput("open");
    expect(await up()).toEqual({ same: 1, update: 2 });
    expect(runsOf()).toEqual(["web1 run", "web2 run"]);
    expect(await up()).toEqual({ same: 3 });
    expect(runsOf()).toEqual([]);
  });

  test("says what has failed as long as the window is open, and does nothing once it is closed", {
    timeout: 60_000,
  }, async () => {
    backend.patching.breaking.add("web1");
    window = windowInput("open", { name: "nightly", zone: "Etc/UTC" });
    // One at a time the engine never comes to the host that failed: the one that was left alone says why.
    await expect(up()).rejects.toThrow(
      /web2 was left alone.*\n.*web1: its run failed and was taken back in the phase proof/,
    );
    expect(runsOf()).toEqual(["web1 run"]);
    order = hosts;
    await expect(up()).rejects.toThrow(/nightly-web1 .*web1: its run failed/s);
    runsOf();
    const { deployment } = await stack.exportStack();
    const web1 = deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::nightly-web1"));
    expect(web1).toMatchObject({ outputs: { outcome: "rolled-back" }, initErrors: [expect.stringContaining("web1")] });
    window = windowInput("closed");
    await up();
    expect(runsOf()).toEqual([]);
  });
});
