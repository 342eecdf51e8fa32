import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { CustomResource } from "@pulumi/pulumi";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PluginServer, startServer } from "../server.js";
import { MemoryBackend } from "../testing/memory-backend.js";
import { patchRunInput, windowInput } from "../testing/patch-inputs.js";

const cache = process.env["ALLMENDE_CACHE"] ?? join(homedir(), ".cache", "allmende");
const directories = [join(cache, "pulumi", "3.255.0"), ...(process.env["PATH"] ?? "").split(delimiter)];
const pulumi = directories.find((directory) => existsSync(join(directory, "pulumi")));

class PatchRun extends CustomResource {
  constructor(name: string, inputs: object) {
    super("allmende:index:PatchRun", name, { ...inputs, occurrence: undefined, outcome: undefined });
  }
}

/** A real Pulumi engine that does one thing at a time; hosts are in memory. */
describe.skipIf(pulumi === undefined)("Pulumi's engine", () => {
  const backend = new MemoryBackend();
  const hosts = ["web1", "web2"];
  /** How the engine hears of them: first the one that comes last in the window. */
  let order = ["web2", "web1"];
  let folder: string;
  let server: PluginServer;
  let stack: Stack;
  let window = windowInput("closed");

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "allmende-engine-"));
    for (const each of ["work", "state", "home"]) mkdirSync(join(folder, each));
    const project = `name: patch\nruntime: nodejs\nbackend: { url: "file://${folder}/state" }\n`;
    writeFileSync(join(folder, "work", "Pulumi.yaml"), project);
    server = await startServer(() => backend, undefined);
    const program = async () => {
      for (const host of order) new PatchRun(`nightly-${host}`, patchRunInput(host, window));
    };
    process.env["PATH"] = `${pulumi}${delimiter}${process.env["PATH"]}`;
    stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "test", projectName: "patch", program },
      {
        workDir: join(folder, "work"),
        pulumiHome: join(folder, "home"),
        envVars: {
          PULUMI_CONFIG_PASSPHRASE: "test",
          PULUMI_SKIP_UPDATE_CHECK: "1",
          PULUMI_DEBUG_PROVIDERS: `allmende:${server.port}`,
        },
      },
    );
  }, 60_000);

  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

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
    await expect(up()).rejects.toThrow(/nightly-web1\):\n.*web1: its run failed/);
    runsOf();
    window = windowInput("closed");
    await up();
    expect(runsOf()).toEqual([]);
  });
});
