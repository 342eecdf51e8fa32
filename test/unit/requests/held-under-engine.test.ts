import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Commons } from "@allmende/components";
import { heldVariable } from "@allmende/requests";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type EngineStack,
  openEngineStack,
  pulumiDirectory,
} from "../../../packages/provider/src/testing/engine-stack.js";
import { MemoryBackend } from "../../../packages/provider/src/testing/memory-backend.js";

const address = "web1.example.org";
const request = (service: string, port: number, askedAt: string) =>
  `change: create\nservice: ${service}\nmember: anna\ntemplate: static-site\nhost: web1\naskedBy: a@example.org\naskedAt: ${askedAt}\ndate: 2026-01-05\nvalues: { port: ${port} }\n`;
const inventory = {
  "hosts.yaml": `web1: { address: ${address}, hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}", reserve: 512MiB, ram: 4GiB }\n`,
  "members/anna.yaml": "number: 1042\nemail: a@example.org\n",
  "work.yaml":
    "zone: UTC\nleadTime: { default: 3d }\nquota: { default: 1GiB }\ndeviation: 20\nrules:\n  - { kind: service-request, when: { change: [create, change, end] }, reason: { de: Katalog, en: Catalogue } }\n",
  "requests/one.yaml": request("anna-one", 8090, "2026-01-02T10:00:00Z"),
  "requests/two.yaml": request("anna-two", 8090, "2026-01-02T11:00:00Z"),
  "requests/three.yaml": request("anna-three", 8093, "2026-01-02T12:00:00Z"),
};

/**
 * Two accepted requests that do not go together, under Pulumi's real engine, without `allmende` around it: the program decides, and asks the
 * engine's own command what runs already, while the engine holds the stack's lock. The program runs in this process, since the engine's
 * language host is not everywhere; hosts are in memory.
 */
describe.skipIf(pulumiDirectory === undefined)("plain `pulumi`", () => {
  const backend = new MemoryBackend();
  const before = process.cwd();
  let folder: string;
  let engine: EngineStack;

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const running = () =>
    [...backend.resources(address).keys()].filter((id) => id.startsWith("service/")).map((id) => id.split("/")[2]);

  beforeAll(async () => {
    vi.stubEnv(heldVariable, undefined);
    folder = mkdtempSync(join(tmpdir(), "allmende-held-"));
    for (const [path, text] of Object.entries(inventory)) write(path, text);
    engine = await openEngineStack("coop", async () => void new Commons("coop", { inventory: folder }), backend);
    // Where the engine's language host runs a program.
    process.chdir(engine.stack.workspace.workDir);
  }, 60_000);

  afterAll(async () => {
    process.chdir(before);
    vi.unstubAllEnvs();
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const waits = (id: string, service: string, other: string) =>
    new RegExp(
      `warning: request ${id} \\(${service} of anna\\) waits, since it does not fit as things are:\\s+` +
        `port 8090/tcp of web1 is taken \\(${other}\\)[^\\n]*\\s+next: [^\\n]*allmende revert ${id}`,
    );

  test("preview says which request waits and why, and plans the others", { timeout: 60_000 }, async () => {
    const { stdout } = await engine.stack.preview({ color: "never" });
    expect(stdout).toMatch(waits("two", "anna-two", "anna-one"));
    expect(stdout).toMatch(/allmende:index:Service +anna-one +create/);
    expect(stdout).toMatch(/allmende:index:Service +anna-three +create/);
    expect(stdout).not.toMatch(/allmende:index:Service +anna-two/);
    expect(backend.transactions).toEqual([]);
  });

  test("up brings the others, and says the same", { timeout: 60_000 }, async () => {
    const { stdout, summary } = await engine.stack.up({ color: "never" });
    expect(summary.result).toBe("succeeded");
    expect(stdout).toMatch(waits("two", "anna-two", "anna-one"));
    expect(running().sort()).toEqual(["anna-one", "anna-three"]);
  });

  test("what runs stays, also when another one is earlier by what it says of itself", { timeout: 60_000 }, async () => {
    write("requests/two.yaml", request("anna-two", 8090, "2026-01-01T10:00:00Z"));
    const { stdout, summary } = await engine.stack.up({ color: "never" });
    expect(stdout).toMatch(waits("two", "anna-two", "anna-one"));
    expect(Object.keys(summary.resourceChanges ?? {})).toEqual(["same"]);
    expect(running().sort()).toEqual(["anna-one", "anna-three"]);
  });

  test("it takes effect by itself once it fits", { timeout: 60_000 }, async () => {
    rmSync(join(folder, "requests/one.yaml"));
    const { stdout } = await engine.stack.up({ color: "never" });
    expect(stdout).not.toContain("waits");
    expect(running().sort()).toEqual(["anna-three", "anna-two"]);
  });
});
