import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { generateHostKey } from "@allmende/ssh";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";
import { readStackFolder } from "./folder.js";
import { findLocks } from "./locks.js";
import { runStack } from "./run.js";

// The real engine, killed as an impatient machine would, while its program still runs.
let root: string;
const before = { ...process.env };
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "allmende-killed-"));
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  mkdirSync(join(root, "node_modules", "@pulumi"), { recursive: true });
  symlinkSync(sdk, join(root, "node_modules", "@pulumi", "pulumi"));
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "killed", type: "module" }));
  writeFileSync(join(root, "Pulumi.yaml"), "name: killed\nruntime: nodejs\nbackend: { url: 'file://./.state' }\n");
  writeFileSync(join(root, "index.mjs"), "");
  process.env["PULUMI_HOME"] = join(root, "home");
});
afterAll(() => {
  process.env = before;
  rmSync(root, { recursive: true, force: true });
});

const lockFolder = () => join(root, ".state/.pulumi/locks/organization/killed/killed");

const begun = () => join(root, "begun");

/** The engine's lock, once the program runs: shorter commands before it lock the stack as well. */
async function heldLock(): Promise<{ readonly id: string; readonly pid: number }> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const names = existsSync(begun()) && existsSync(lockFolder()) ? readdirSync(lockFolder()) : [];
    const name = names.find((each) => each.endsWith(".json"));
    // It is there before its text is.
    const text = name === undefined ? "" : readFileSync(join(lockFolder(), name), "utf8");
    if (name !== undefined && text.endsWith("}")) return { id: name.replace(/\.json$/, ""), pid: JSON.parse(text).pid };
    await setTimeout(50);
  }
  throw new Error("no lock within 30 s");
}

/** An `up` whose program waits for ever. */
function hangingUp() {
  rmSync(begun(), { force: true });
  writeFileSync(
    join(root, "index.mjs"),
    `import { writeFileSync } from "node:fs";
export default () => {
  writeFileSync(${JSON.stringify(begun())}, "");
  return new Promise((resolve) => setTimeout(resolve, 1e8).unref());
};
`,
  );
  return runStack(recordingContext(), readStackFolder(root, "killed", {}), "up", {}).catch((error: unknown) => error);
}

async function unlock() {
  const context = recordingContext();
  await createProgram(context).parseAsync(["unlock", root, "--stack", "killed", "--json"], { from: "user" });
  return { exitCode: context.exitCode, ...JSON.parse(context.written.out) };
}

test("while the engine runs its lock stays; once it was killed, the next command goes on, and says so", {
  timeout: 120_000,
}, async () => {
  const folder = readStackFolder(root, "killed", {});
  const first = hangingUp();
  const { id, pid } = await heldLock();
  expect(await unlock()).toMatchObject({ exitCode: 1, ok: false, removed: [], left: [{ id, state: "running" }] });
  const second = runStack(recordingContext(), folder, "up", {});
  await expect(second).rejects.toMatchObject({
    code: "stack-locked",
    message: expect.stringContaining(`process ${pid}`),
  });
  process.kill(pid, "SIGKILL");
  await first;
  expect(findLocks(folder)).toMatchObject([{ id, state: "gone", holder: { pid } }]);

  writeFileSync(join(root, "index.mjs"), "export const done = true;\n");
  const context = recordingContext();
  expect((await runStack(context, folder, "up", {})).outputs).toEqual({ done: true });
  expect(context.written.err).toContain(`(process ${pid})`);
  expect(findLocks(folder)).toEqual([]);
});

test("allmende unlock takes a killed engine's lock away", { timeout: 60_000 }, async () => {
  const run = hangingUp();
  const { id, pid } = await heldLock();
  process.kill(pid, "SIGKILL");
  await run;
  expect(await unlock()).toMatchObject({ exitCode: 0, ok: true, removed: [{ id, state: "gone" }], left: [] });
  expect(readdirSync(lockFolder())).toEqual([]);
});

test("it says what the killed run had begun, which the next run warns of, as long as it may be somewhere", {
  timeout: 120_000,
}, async () => {
  // A host that takes connections and says nothing: whatever is begun there does not end.
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const { privateKey, publicKey } = generateHostKey("test");
  writeFileSync(join(root, "key"), privateKey, { mode: 0o600 });
  const settings = join(root, "Pulumi.killed.yaml");
  const own = existsSync(settings) ? readFileSync(settings, "utf8") : "";
  writeFileSync(settings, `${own}\nconfig: { "allmende:privateKeyFile": ${join(root, "key")} }\n`);
  const host = { name: "web1", address: "127.0.0.1", port, hostKey: publicKey, ram: "2GiB", reserve: "512MiB" };
  writeFileSync(
    join(root, "index.mjs"),
    `import { CustomResource } from "@pulumi/pulumi";
new CustomResource("allmende:index:Host", "web1", ${JSON.stringify(host)});
`,
  );
  const run = runStack(recordingContext(), readStackFolder(root, "killed", {}), "up", {}).catch((error) => error);
  // The engine notes what it begins before it does.
  for (const deadline = Date.now() + 60_000; sockets.size === 0 && Date.now() < deadline; ) await setTimeout(50);
  const [name] = readdirSync(lockFolder()).filter((each) => each.endsWith(".json"));
  process.kill(JSON.parse(readFileSync(join(lockFolder(), String(name)), "utf8")).pid, "SIGKILL");
  await run;
  for (const socket of sockets) socket.destroy();
  silent.close();

  const urn = "urn:pulumi:killed::killed::allmende:index:Host::web1";
  const interrupted = [{ operation: "creating", urn }];
  expect(await unlock()).toMatchObject({ ok: true, removed: [{ state: "gone" }], left: [], interrupted });
  writeFileSync(join(root, "index.mjs"), "export const done = true;\n");
  const next = await runStack(recordingContext(), readStackFolder(root, "killed", {}), "up", {});
  const warned = next.diagnostics.filter(({ severity }) => severity === "warning").map(({ message }) => message);
  expect([next.outputs, warned.join()]).toEqual([
    { done: true },
    expect.stringContaining("an earlier run was interrupted at web1"),
  ]);
  // Nobody has looked: the note stays.
  expect(await unlock()).toMatchObject({ removed: [], interrupted });
});
