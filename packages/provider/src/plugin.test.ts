import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { sshdMissing, startSshd, type TestSshd } from "@allmende/ssh/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hostInput, serviceInput } from "./testing/inputs.js";
import { connectPlugin, type PluginClient, urn } from "./testing/plugin-client.js";
import { version } from "./version.js";
import { secret, unknownValue } from "./wire/values.js";

/** Is the process there, and no zombie that merely waits to be reaped? */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const packageDirectory = fileURLToPath(new URL("..", import.meta.url));

/** The real executable, built from what is in the sources now, into a folder of its own. */
describe("the plugin as a process", () => {
  let folder: string;
  let client: PluginClient;
  let plugin: ReturnType<typeof spawn>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "allmende-plugin-"));
    await cp(join(packageDirectory, "bin"), join(folder, "bin"), { recursive: true });
    const argv = [join(packageDirectory, "build.mjs"), join(folder, "dist")];
    const build = spawn(process.execPath, argv, { stdio: "inherit" });
    expect(await once(build, "exit")).toEqual([0, null]);
    plugin = spawn(join(folder, "bin", "pulumi-resource-allmende"), ["127.0.0.1:1"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: plugin.stdout as NonNullable<typeof plugin.stdout> });
    const [port] = (await once(lines, "line")) as [string];
    client = connectPlugin(Number(port));
  });

  afterAll(async () => {
    client?.close();
    plugin?.kill();
    if (plugin?.exitCode === null) await once(plugin, "exit");
    await rm(folder, { recursive: true, force: true });
  });

  test("says which version it is, the package's own", async () => {
    const manifest = JSON.parse(await readFile(`${packageDirectory}/package.json`, "utf8")) as { version: string };
    expect((await client.getPluginInfo()).getVersion()).toBe(manifest.version);
    expect(version).toBe(manifest.version);
  });

  test("starts without SSH, which lies beside it for the first host", async () => {
    const directory = await mkdtemp(join(tmpdir(), "allmende-plugin-"));
    for (const file of ["bin", "dist/plugin.cjs"])
      await cp(join(folder, file), join(directory, file), { recursive: true });
    const alone = spawn(`${directory}/bin/pulumi-resource-allmende`, { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [port] = (await once(createInterface({ input: alone.stdout }), "line")) as [string];
      expect(Number(port)).toBeGreaterThan(0);
    } finally {
      alone.kill();
      await once(alone, "exit");
      await rm(directory, { recursive: true });
    }
    const ssh = createRequire(import.meta.url)(`${folder}/dist/ssh2.cjs`) as { Client: unknown };
    expect(ssh.Client).toBeTypeOf("function");
  });

  test("has a schema of four resources", async () => {
    const schema = await client.getSchema();
    expect(Object.keys(schema.resources)).toEqual([
      "allmende:index:Host",
      "allmende:index:HostKey",
      "allmende:index:Member",
      "allmende:index:Service",
      "allmende:index:PatchRun",
    ]);
  });

  test("wants secrets, and can preview", async () => {
    expect(await client.configure({})).toMatchObject({
      acceptsecrets: true,
      acceptresources: true,
      supportspreview: true,
    });
  });

  test("says everything that is wrong at once, with paths", async () => {
    const { failures } = await client.check(urn("Service", "bad"), {
      ...serviceInput,
      image: "nginx:latest",
      ram: "512MB",
      ports: { web: 99_999 },
    });
    expect(failures.map((failure) => failure.property).sort()).toEqual(["image", "ports.web", "ram"]);
  });

  test("keeps secrets marked, and marks what was not", async () => {
    const inputs = {
      ...serviceInput,
      secrets: { A: "open", B: secret("kept"), C: { value: "open", as: "environment" } },
    };
    const checked = await client.check(urn("Service", "secretive"), inputs);
    expect(checked.inputs["secrets"]).toEqual({
      A: secret("open"),
      B: secret("kept"),
      C: { value: secret("open"), as: "environment" },
    });
  });

  test("does not judge what is not known yet", async () => {
    const host = { ...hostInput, address: unknownValue, hostKey: unknownValue };
    const { failures } = await client.check(urn("Service", "later"), {
      ...serviceInput,
      name: "later",
      ports: {},
      host,
      image: unknownValue,
      health: { tcp: "web" },
    });
    expect(failures.map((failure) => failure.property)).toEqual(["health.tcp"]);
  });

  test("previews a creation without any host", async () => {
    const { id, outputs } = await client.create(urn("Service", "anna-blog"), serviceInput, true);
    expect(id).toBe("web1/anna/anna-blog");
    expect(outputs["live"]).toMatchObject({ active: true, containerMemoryMaxBytes: 128 * 1024 ** 2 });
    expect(Object.keys(outputs["digests"] as object).length).toBeGreaterThan(0);
  });

  describe.skipIf(sshdMissing() || process.getuid?.() !== 0)("in the middle of a transaction that does not end", () => {
    let sshd: TestSshd;
    let engine: ReturnType<typeof spawn>;
    let pid: number;

    beforeEach(async () => {
      // Whatever is to run there: it does not end, and it does nothing.
      sshd = await startSshd({ config: ["ForceCommand exec sleep 600"], unchecked: true });
      const path = join(folder, "bin", "pulumi-resource-allmende");
      const program = `const plugin = require("child_process").spawn(${JSON.stringify(path)}, ["127.0.0.1:1"], {
        stdio: ["ignore", "inherit", "inherit"] });
        console.log(plugin.pid);`;
      engine = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
      const numbers: number[] = [];
      for await (const line of createInterface({ input: engine.stdout as NonNullable<typeof engine.stdout> })) {
        numbers.push(Number(line));
        if (numbers.length === 2) break;
      }
      const [started = 0, port = 0] = numbers;
      pid = started;
      const hung = connectPlugin(port);
      const { address, port: sshPort, user, hostKeys } = sshd.connection;
      const hostKey = hostKeys[0] as string;
      await hung.configure({ privateKeyFile: sshd.privateKeyPath, agent: "" });
      hung.create(urn("Host", "web1"), { ...hostInput, address, port: sshPort, user, hostKey }).catch(() => {});
      await expect.poll(() => sshd.log(), { timeout: 20_000 }).toContain("Starting session: forced-command");
    }, 40_000);

    afterEach(async () => {
      engine.kill("SIGKILL");
      if (isRunning(pid)) process.kill(pid, "SIGKILL");
      await sshd.stop();
    });

    test("ends soon after its engine was killed", { timeout: 30_000 }, async () => {
      engine.kill("SIGKILL");
      await expect.poll(() => isRunning(pid), { timeout: 15_000, interval: 200 }).toBe(false);
    });

    test("ends at the second signal", { timeout: 30_000 }, async () => {
      process.kill(pid, "SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(isRunning(pid)).toBe(true);
      process.kill(pid, "SIGTERM");
      await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
    });
  });

  test("says so when asked for what it does not have", async () => {
    await expect(client.invoke()).rejects.toMatchObject({ code: 12 });
  });
});
