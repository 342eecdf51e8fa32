import type { Lab } from "@allmende/lab";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab, until } from "./support/test-lab.js";
import { failuresOf, operationsOf, registry, type StackRun, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;

const site = (version: number, port: number) => ({
  member: "gero",
  host: "web2",
  image: `${registry}/static-site:${version}`,
  ram: "32MiB",
  ports: { web: `${port}:8080` },
  volumes: { data: "/data" },
  health: { http: "/", port: "web" },
});

/** Named points of a transaction that writes, in their order; and of one that removes. */
const writing = [
  "received",
  "compared",
  "prepared",
  "service-saved",
  "service-journaled",
  "service-swap",
  "service-swapped",
  "reloaded",
  "started",
  "finished",
];
const removing = ["received", "stopped", "remove"];

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("crash", lab);
  stack.member("gero", { number: 1400 });
  stack.service("gero-kept", site(1, 8050));
  stack.service("gero-steady", site(1, 8051));
  expect(failuresOf(await stack.up())).toBe("");
  await lab.run("web2", ["sh", "-c", `echo precious > ${volume("gero-kept")}/file && sync`]);
});

afterAll(async () => {
  await stack?.destroy();
});

/** The next transaction on web2 is killed at `point`. */
async function killAt(point: string): Promise<void> {
  await setFault(`kill ${point}`);
}

async function setFault(fault: string): Promise<void> {
  await lab.run("web2", ["tee", "/run/allmende.fault"], { stdin: `${fault}\n` });
}

/** Begins to update gero-kept to its other version: returns when the transaction has begun, or has met the fault. */
async function beginUpdate(fault?: string) {
  const before = (await lab.fetch("web2", 8050, "/")).body;
  const version = before.includes("version 1") ? 2 : 1;
  stack.service("gero-kept", site(version, 8050));
  if (fault !== undefined) await setFault(fault);
  const running = stack.start("up", "--yes");
  const isThere = async (path: string) => (await lab.run("web2", ["test", "-e", path])).exitCode === 0;
  if (fault === undefined) await until("the transaction has begun", () => isThere("/var/lib/allmende/work/plan"));
  else await until("the fault was met", async () => !(await isThere("/run/allmende.fault")));
  return { version, running };
}

async function expectConverged(version: number, ports: readonly number[]): Promise<StackRun> {
  const run = await stack.up();
  expect(failuresOf(run)).toBe("");
  for (const port of ports) expect((await lab.fetch("web2", port, "/")).status).toBe(200);
  expect((await lab.fetch("web2", 8050, "/")).body).toContain(`version ${version}`);
  expect((await lab.run("web2", ["cat", `${volume("gero-kept")}/file`])).stdout).toBe("precious\n");
  const left = await lab.run("web2", [
    "sh",
    "-c",
    "ls -d /var/lib/allmende/journal /var/lib/allmende/work /etc/.allmende.new /run/allmende.fault 2>/dev/null; true",
  ]);
  expect(left.stdout).toBe("");
  return run;
}

describe("killed at any point, the next run converges", () => {
  beforeEach(() => keepEvidence(lab));

  test.each(writing.map((point, index) => [point, index] as const))(
    "a create and an update, killed at %s",
    async (point, index) => {
      const version = index % 2 === 0 ? 2 : 1;
      stack.service("gero-kept", site(version, 8050));
      stack.service("gero-new", site(1, 8052));
      await killAt(point);
      expect((await stack.up()).exitCode).toBe(1);
      await expectConverged(version, [8050, 8051, 8052]);
      stack.removeService("gero-new");
      expect(failuresOf(await stack.up())).toBe("");
    },
  );

  test.each(removing)("a delete, killed at %s", async (point) => {
    stack.service("gero-gone", site(1, 8053));
    expect(failuresOf(await stack.up())).toBe("");
    stack.removeService("gero-gone");
    await killAt(point);
    expect((await stack.up()).exitCode).toBe(1);
    expect(failuresOf(await stack.up())).toBe("");
    await expect(lab.fetch("web2", 8053, "/")).rejects.toThrow();
    const left = await lab.run("web2", ["sh", "-c", "ls /etc/containers/systemd/users/21400 | grep gone; true"]);
    expect(left.stdout).toBe("");
    expect((await lab.fetch("web2", 8051, "/")).status).toBe(200);
  });

  test("the connection cut in the middle of a transaction", async () => {
    const { version, running } = await beginUpdate();
    await lab.cut("web2");
    await lab.heal("web2");
    await running;
    await expectConverged(version, [8050, 8051]);
  });

  test("the plugin killed in the middle of a transaction", async () => {
    const { version, running } = await beginUpdate();
    await killPlugin(running.pid ?? 0);
    expect((await running).exitCode).not.toBe(0);
    await expectConverged(version, [8050, 8051]);
  });

  test("a power cut in the middle of a transaction, and one right after", async () => {
    const { version, running } = await beginUpdate("hang service-swapped");
    await lab.powerCut("web2");
    expect((await running).exitCode).not.toBe(0);
    await lab.boot("web2");
    await expectConverged(version, [8050, 8051]);
    stack.service("gero-fresh", {
      ...site(1, 8054),
      image: `${registry}/app:1`,
      health: { http: "/healthz", port: "web" },
      ram: "96MiB",
    });
    expect(failuresOf(await stack.up())).toBe("");
    await lab.powerCut("web2");
    await lab.boot("web2");
    const run = await stack.up("--refresh");
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(await stack.up("--refresh"))).toEqual({});
    for (const port of [8050, 8051, 8054]) expect((await lab.fetch("web2", port, "/")).status).toBe(200);
  }, 600_000);

  test("a power cut in a service's first put, between unit and manifest: what the boot started ends with the next transaction", async () => {
    const { volumes: _, ...first } = site(1, 8055);
    stack.service("gero-first", first);
    await setFault("hang service-swap");
    const running = stack.start("up", "--yes");
    await until(
      "the unit lies there",
      async () => (await lab.run("web2", ["test", "-e", unit("gero-first")])).exitCode === 0,
    );
    await lab.run("web2", ["sync"]);
    await lab.powerCut("web2");
    expect((await running).exitCode).not.toBe(0);
    await lab.boot("web2");
    for (const port of [8050, 8055]) {
      const answers = () =>
        lab.fetch("web2", port, "/").then(
          ({ status }) => status === 200,
          () => false,
        );
      await until(`the boot has started what answers on ${port}`, answers);
    }
    stack.service("gero-first", { ...first, image: `${registry}/no-such-image:1` });
    expect((await stack.up()).exitCode).toBe(1);
    expect((await lab.run("web2", ["test", "-e", unit("gero-first")])).exitCode).not.toBe(0);
    await expect(lab.fetch("web2", 8055, "/")).rejects.toThrow();
    stack.removeService("gero-first");
    expect(failuresOf(await stack.up())).toBe("");
  });
});

/** Kills the plugin that belongs to the run of process `pid`, as an impatient administrator would. */
async function killPlugin(pid: number): Promise<void> {
  const { stdout } = await execa("ps", ["-e", "-o", "pid=,ppid=,args="]);
  const processes = stdout.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)?.slice(1) ?? []);
  const family = new Set([String(pid)]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [child = "", parent = ""] of processes) if (family.has(parent)) family.add(child);
  }
  const plugin = processes.find(
    ([child = "", , args = ""]) => family.has(child) && args.includes("pulumi-resource-allmende"),
  );
  expect(plugin).toBeDefined();
  process.kill(Number(plugin?.[0]), "SIGKILL");
}

function unit(service: string): string {
  return `/etc/containers/systemd/users/21400/${service}.container`;
}

function volume(service: string): string {
  return `/home/gero/.local/share/containers/storage/volumes/${service}-data/_data`;
}
