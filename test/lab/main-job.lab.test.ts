import type { Lab } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cgroupOf } from "./support/cgroup.js";
import { snapshotHost } from "./support/snapshot.js";
import { keepEvidence, testLab, until } from "./support/test-lab.js";
import { failuresOf, operationsOf, registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("main-job", lab);
  stack.member("anna", { number: 1042 });
  stack.member("ben", { number: 1043 });
  stack.service("anna-blog", {
    member: "anna",
    host: "web1",
    image: `${registry}/static-site:1`,
    ram: "64MiB",
    ports: { web: 8080 },
    health: { http: "/", port: "web" },
  });
  stack.service("anna-app", {
    member: "anna",
    host: "web2",
    image: `${registry}/app:1`,
    ram: "96MiB",
    ports: { web: "8081:8080" },
    environment: { LANG: "de_DE.UTF-8", GREETING: 'Grüß Gott, 100 % "sicher" für $5' },
    secrets: { API_KEY: "not-very-secret-1" },
    health: { http: "/healthz", port: "web" },
  });
  stack.service("ben-db", {
    member: "ben",
    host: "web1",
    image: `${registry}/postgres:17`,
    ram: "192MiB",
    ports: { sql: 5432 },
    volumes: { data: "/var/lib/postgresql/data" },
    secrets: { POSTGRES_PASSWORD: "not-very-secret-2" },
    health: { tcp: "sql", start: "120s" },
  });
});

afterAll(async () => {
  await stack?.destroy();
});

describe("the main job", () => {
  beforeEach(() => keepEvidence(lab));

  test("up brings every service onto its host, healthy and answering", async () => {
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect((await lab.fetch("web1", 8080, "/")).status).toBe(200);
    const app = await lab.fetch("web2", 8081, "/");
    expect(JSON.parse(app.body)).toMatchObject({ lang: "de_DE.UTF-8", greeting: 'Grüß Gott, 100 % "sicher" für $5' });
    const database = await lab.run("web1", ["ss", "-Hltn", "sport = :5432"]);
    expect(database.stdout).toContain(":5432");
  });

  test("the RAM allocation is enforced and visible in the container", async () => {
    const app = JSON.parse((await lab.fetch("web2", 8081, "/")).body);
    expect(Number(app.memoryMax)).toBe(96 * 1024 * 1024);
    const unit = await lab.run("web2", ["cat", `${cgroupOf(1042, "anna-app.service")}/memory.max`]);
    expect(Number(unit.stdout)).toBeGreaterThan(96 * 1024 * 1024);
    const swap = await lab.run("web2", ["cat", `${cgroupOf(1042, "anna-app.service")}/memory.swap.max`]);
    expect(swap.stdout.trim()).toBe("0");
  });

  test("up again changes nothing: no inode, no mtime, no unit's start", async () => {
    const before = await Promise.all(lab.hosts.map((host) => snapshotHost(lab, host.name)));
    const run = await stack.up("--refresh");
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(run)).toEqual({});
    expect((await stack.run("drift")).exitCode).toBe(0);
    const status = await stack.run("status");
    expect(status.exitCode).toBe(0);
    for (const service of ["anna-app", "anna-blog", "ben-db"]) expect(status.text).toContain(service);
    expect(await Promise.all(lab.hosts.map((host) => snapshotHost(lab, host.name)))).toEqual(before);
  });

  test("a file edited by hand is named by refresh and mended by up", async () => {
    const file = "/etc/containers/systemd/users/21042/anna-blog.container";
    const original = (await lab.run("web1", ["cat", file])).stdout;
    await lab.run("web1", ["tee", "-a", file], { stdin: "\n# edited\n" });
    const drift = await stack.run("drift");
    expect(drift.exitCode).toBe(4);
    expect(drift.text).toContain(file);
    const refresh = await stack.refresh();
    expect(refresh.text).toContain(file);
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(run)).toEqual({ "anna-blog": "update" });
    expect((await lab.run("web1", ["cat", file])).stdout).toBe(original);
    expect((await lab.fetch("web1", 8080, "/")).status).toBe(200);
  });

  test("a unit stopped by hand is named by refresh and mended by up", async () => {
    await lab.run("web1", ["systemctl", "--user", "-M", "anna@", "stop", "anna-blog.service"]);
    const refresh = await stack.refresh();
    expect(refresh.text).toMatch(/anna-blog/);
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(run)).toEqual({ "anna-blog": "update" });
    expect((await lab.fetch("web1", 8080, "/")).status).toBe(200);
  });

  test("a live cgroup limit changed by hand is named by refresh and mended by up, without a restart", async () => {
    const path = `${cgroupOf(1042, "anna-blog.service")}/memory.max`;
    const declared = (await lab.run("web1", ["cat", path])).stdout;
    const started = await startOf("web1", "anna", "anna-blog");
    await lab.run("web1", [
      "systemctl",
      "--user",
      "-M",
      "anna@",
      "set-property",
      "--runtime",
      "anna-blog.service",
      "MemoryMax=300M",
    ]);
    await until("limit changed", async () => (await lab.run("web1", ["cat", path])).stdout !== declared);
    const refresh = await stack.refresh();
    expect(refresh.text).toMatch(/memoryMax/i);
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect((await lab.run("web1", ["cat", path])).stdout).toBe(declared);
    expect(await startOf("web1", "anna", "anna-blog")).toBe(started);
  });

  test("a member's slice limit changed by hand, in two ways, is named by drift and refresh and mended by up", async () => {
    const path = "/sys/fs/cgroup/user.slice/user-21042.slice/memory.max";
    const declared = (await lab.run("web1", ["cat", path])).stdout.trim();
    const byHand = {
      104857600: ["systemctl", "set-property", "user-21042.slice", "MemoryMax=100M"],
      209715200: ["sh", "-c", `echo 209715200 >${path}`],
    };
    for (const [bytes, command] of Object.entries(byHand)) {
      await lab.run("web1", command);
      await until("limit changed", async () => (await lab.run("web1", ["cat", path])).stdout.trim() === bytes);
      const drift = await stack.run("drift");
      expect(drift.exitCode).toBe(4);
      expect(drift.text).toContain(`slice is ${bytes} bytes, the declared services add up to ${declared} bytes`);
      const refresh = await stack.refresh();
      expect(refresh.steps.find(({ name }) => name === "anna-web1")?.changes).toEqual(["live.slice"]);
      const run = await stack.up("--refresh");
      expect(failuresOf(run)).toBe("");
      expect(operationsOf(run)).toEqual({ "anna-web1": "update" });
      expect((await lab.run("web1", ["cat", path])).stdout.trim()).toBe(declared);
    }
    // What was set by hand does not come back either.
    await lab.run("web1", ["systemctl", "daemon-reload"]);
    expect((await lab.run("web1", ["cat", path])).stdout.trim()).toBe(declared);
    expect((await stack.run("drift")).exitCode).toBe(0);
  });

  test("after a reboot all services come back healthy by themselves", async () => {
    await lab.reboot("web1");
    await until(
      "blog answers",
      async () => (await lab.fetch("web1", 8080, "/").catch(() => ({ status: 0 }))).status === 200,
      240_000,
    );
    await until(
      "database listens",
      async () => (await lab.run("web1", ["ss", "-Hltn", "sport = :5432"])).stdout.includes("5432"),
      240_000,
    );
    const run = await stack.up("--refresh");
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(run)).toEqual({});
  });

  test("destroy leaves no trace but the data that was to be kept", async () => {
    const run = await stack.destroy();
    expect(failuresOf(run)).toBe("");
    for (const { name } of lab.hosts) {
      const traces = await lab.run(name, [
        "sh",
        "-c",
        "ls -d /etc/containers/systemd/users/* /var/lib/systemd/linger/* /var/lib/allmende/* 2>/dev/null; grep -rl allmende /etc 2>/dev/null | grep -v '/lab[-.]'; getent passwd anna ben; true",
      ]);
      expect(`${name}: ${traces.stdout.trim()}`).toBe(`${name}: `);
    }
    // A member without volumes leaves nothing; the database's volume outlives service and member.
    const homes = await lab.run("web1", ["sh", "-c", "ls -d /home/anna /home/ben 2>/dev/null; true"]);
    expect(homes.stdout).toBe("/home/ben\n");
    const kept = await lab.run("web1", [
      "sh",
      "-c",
      "find / -xdev -path '*volumes/ben-db-data/_data/17/PG_VERSION' 2>/dev/null",
    ]);
    expect(kept.stdout).toContain("ben-db-data");
  });
});

async function startOf(host: string, member: string, service: string): Promise<string> {
  const show = await lab.run(host, [
    "systemctl",
    "--user",
    "-M",
    `${member}@`,
    "show",
    "-P",
    "ExecMainStartTimestampMonotonic",
    `${service}.service`,
  ]);
  return show.stdout.trim();
}
