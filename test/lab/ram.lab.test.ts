import type { Lab } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cgroupOf } from "./support/cgroup.js";
import { keepEvidence, testLab, until } from "./support/test-lab.js";
import { failuresOf, operationsOf, registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;

const neighbour = {
  member: "cleo",
  host: "web1",
  image: `${registry}/static-site:1`,
  ram: "32MiB",
  ports: { web: "8020:8080" },
  health: { http: "/", port: "web" },
};
const hungry = {
  member: "cleo",
  host: "web1",
  image: `${registry}/hungry:1`,
  ram: "64MiB",
  ports: { web: "8021:8080" },
};

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("ram", lab);
  stack.member("cleo", { number: 1100 });
  stack.service("cleo-site", neighbour);
  stack.service("cleo-hungry", hungry);
  const run = await stack.up();
  expect(failuresOf(run)).toBe("");
});

afterAll(async () => {
  await stack?.destroy();
});

describe("RAM as a contract", () => {
  beforeEach(() => keepEvidence(lab));

  test("resizing changes the limit inside the running container, and the process stays the same", async () => {
    const before = await processOf("cleo-site");
    stack.service("cleo-site", { ...neighbour, ram: "48MiB" });
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(run)).toEqual({ "cleo-site": "update" });
    expect(await processOf("cleo-site")).toBe(before);
    const inside = await lab.run("web1", ["sh", "-c", `cat ${serviceCgroup("cleo-site")}/libpod-payload-*/memory.max`]);
    expect(Number(inside.stdout)).toBe(48 * 1024 * 1024);
    const again = await stack.up("--refresh");
    expect(operationsOf(again)).toEqual({});
  });

  test("a service that takes more than its allocation is killed inside its own cgroup, its neighbours answer on", async () => {
    const site = await processOf("cleo-site");
    const first = await processOf("cleo-hungry");
    await lab.fetch("web1", 8021, "/eat").catch(() => undefined);
    // The kill ends the container; systemd starts it again: another process, and the kernel's log names the cgroup.
    await until("the hungry service was started again", async () => {
      const now = await processOf("cleo-hungry").catch(() => "");
      return now !== "" && now !== first;
    });
    const log = await lab.run("web1", [
      "journalctl",
      "-k",
      "-b",
      "--no-pager",
      "-g",
      "Memory cgroup out of memory|oom-kill",
    ]);
    expect(log.stdout).toContain("cleo-hungry.service");
    expect(log.stdout).not.toContain("cleo-site.service");
    expect(await processOf("cleo-site")).toBe(site);
    expect((await lab.fetch("web1", 8020, "/")).status).toBe(200);
  });

  test("more RAM than the host has is refused at preview, with host, sum, limit and services", async () => {
    stack.service("cleo-big", { ...hungry, ram: "2GiB", ports: { web: "8022:8080" } });
    const run = await stack.preview();
    stack.removeService("cleo-big");
    expect(run.exitCode).not.toBe(0);
    expect(run.text).toMatch(/web1/);
    expect(run.text).toMatch(/cleo-big 2(\.0)? ?GiB/);
    expect(run.text).toMatch(/may be sold/);
  });
});

const serviceCgroup = (service: string) => cgroupOf(1100, `${service}.service`);

/** Id and start time of the container's first process. */
async function processOf(service: string): Promise<string> {
  const script = `p=$(head -n 1 ${serviceCgroup(service)}/libpod-payload-*/cgroup.procs) && cut -d ' ' -f 1,22 "/proc/$p/stat"`;
  const result = await lab.run("web1", ["sh", "-c", script]);
  if (result.exitCode !== 0) throw new Error(`${service} has no process: ${result.stderr}`);
  return result.stdout.trim();
}
