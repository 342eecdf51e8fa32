import type { Lab } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;

const site = {
  member: "emma",
  host: "web1",
  image: `${registry}/static-site:1`,
  ram: "32MiB",
  ports: { web: "8060:8080" },
  health: { http: "/", port: "web" },
};
const bornNever = { ...site, image: `${registry}/unhealthy:1`, health: { ...site.health, start: "10s" } };

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("handover", lab);
  stack.member("emma", { number: 1210 });
  stack.service("emma-old", site);
  expect(failuresOf(await stack.up())).toBe("");
});

afterAll(async () => {
  await stack?.destroy();
});

/** The cgroups of emma's containers, by service. */
async function running(): Promise<string[]> {
  const glob = "/sys/fs/cgroup/user.slice/user-21210.slice/user@21210.service/app.slice/*.service/libpod-payload-*";
  const { stdout } = await lab.run("web1", ["sh", "-c", `ls -d ${glob}`]);
  return [...stdout.matchAll(/app\.slice\/([^/]+)\.service/g)].map((match) => match[1] ?? "").sort();
}

const answers = async (port: number) => (await lab.fetch("web1", port, "/")).status;

describe("a port that changes hands", () => {
  beforeEach(() => keepEvidence(lab));

  test("is not taken from a service by one of another name: the error says how", async () => {
    stack.removeService("emma-old");
    stack.service("emma-new", site);
    const run = await stack.up();
    expect(run.exitCode).toBe(1);
    expect(failuresOf(run)).toMatch(/port 8060 is taken by the service emma-old of emma[\s\S]*replaces: emma-old/);
    expect(await running()).toEqual(["emma-old"]);
    expect(await answers(8060)).toBe(200);
  });

  test("goes back when the successor does not get healthy", async () => {
    stack.service("emma-new", { ...bornNever, replaces: "emma-old" });
    const run = await stack.up();
    expect(run.exitCode).toBe(1);
    expect(failuresOf(run)).toMatch(/emma-new does not start or is not healthy/);
    expect(await running()).toEqual(["emma-old"]);
    expect(await answers(8060)).toBe(200);
  });

  test("goes to the service that replaces another, in one up", async () => {
    stack.service("emma-new", { ...site, replaces: "emma-old" });
    expect(failuresOf(await stack.up())).toBe("");
    expect(await running()).toEqual(["emma-new"]);
    expect(await answers(8060)).toBe(200);
    stack.service("emma-new", site);
    const without = await stack.up();
    expect(failuresOf(without)).toBe("");
    expect((await stack.run("drift")).exitCode).toBe(0);
  });

  test("is swapped by two services in one up", async () => {
    stack.service("emma-other", { ...site, ports: { web: "8061:8080" } });
    expect(failuresOf(await stack.up())).toBe("");
    stack.service("emma-new", { ...site, ports: { web: "8061:8080" } });
    stack.service("emma-other", { ...site, ports: { web: "8060:8080" } });
    expect(failuresOf(await stack.up())).toBe("");
    expect(await running()).toEqual(["emma-new", "emma-other"]);
    expect([await answers(8060), await answers(8061)]).toEqual([200, 200]);
    const { stdout } = await lab.run("web1", [
      "grep",
      "-h",
      "PublishPort=",
      quadlet("emma-new"),
      quadlet("emma-other"),
    ]);
    expect(stdout.trim().split("\n")).toEqual(["PublishPort=8061:8080", "PublishPort=8060:8080"]);
  });
});

const quadlet = (name: string) => `/etc/containers/systemd/users/21210/${name}.container`;

describe("what else does not go unnoticed", () => {
  beforeEach(() => keepEvidence(lab));

  test("a service without a health check that ends a moment after its start", async () => {
    const short = { ...site, ports: {}, health: undefined, command: ["/bin/busybox", "sh", "-c", "sleep 2; exit 3"] };
    stack.service("emma-short", short);
    const run = await stack.up();
    expect(run.exitCode).toBe(1);
    expect(failuresOf(run)).toMatch(/emma-short does not start/);
    stack.service("emma-short", { ...short, command: ["/bin/busybox", "sleep", "86400"] });
    expect(failuresOf(await stack.up())).toBe("");
    expect(await running()).toContain("emma-short");
  });

  test("a unit that somebody else gave the member", async () => {
    await lab.run("web1", ["tee", quadlet("stranger")], { stdin: "[Container]\nImage=none.example/none:1\n" });
    const drift = await stack.run("drift");
    expect(drift.exitCode).toBe(4);
    expect(drift.text).toContain(quadlet("stranger"));
    await lab.run("web1", ["rm", quadlet("stranger")]);
    expect((await stack.run("drift")).exitCode).toBe(0);
  });
});
