import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type HetznerApi, hcloudPlugin, type Lab, startHetznerApi } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepServersEvidence } from "../support/hetzner-evidence.js";
import { HetznerStack, startHetznerLab } from "../support/hetzner-stack.js";
import { projectDirectory } from "../support/paths.js";
import { until } from "../support/test-lab.js";
import { failuresOf, operationsOf } from "../support/test-stack.js";

let lab: Lab;
let api: HetznerApi;
let stack: HetznerStack;
/** A second one in the same project. */
let other: HetznerStack;

beforeAll(async () => {
  lab = await startHetznerLab("stack", 6);
  api = await startHetznerApi(lab, { limits: { servers: 3 } });
  const options = { lab, api, plugin: await hcloudPlugin() };
  stack = new HetznerStack("hetzner", options);
  other = new HetznerStack("other", { ...options, config: { "other:sshKeys": ["hetzner-coop-anna"] } });
}, 1_800_000);
beforeEach(() => keepServersEvidence(lab, api, stack));
afterAll(async () => {
  await api?.close();
  await lab?.down();
});

// biome-ignore lint/suspicious/noExplicitAny: lists of every kind.
const list = async (kind: string): Promise<any[]> => {
  const response = await fetch(`${api.endpoint}/${kind}`, { headers: { authorization: `Bearer ${api.token}` } });
  return ((await response.json()) as Record<string, unknown[]>)[kind] ?? [];
};
const everything = async () =>
  (
    await Promise.all(
      ["servers", "volumes", "primary_ips", "networks", "firewalls", "ssh_keys", "placement_groups"].map(list),
    )
  ).flat();
const healthy = (server: string) => until(`the service on ${server} answers`, () => stack.answers(server));
const machines = () => readdirSync(join(lab.files.directory, "hosts"));
const labFile = (...path: string[]) => join(lab.files.directory, ...path);

describe("what cannot be is said at preview, and nothing is made", () => {
  test.each([
    ["server type", { serverType: "cx99" }, 'web1: Hetzner has no server type "cx99". There are: cx22, cx23'],
    ["location", { location: "mars1" }, 'web1: Hetzner has no location "mars1". There are: fsn1, hel1, nbg1'],
  ])("unknown %s", async (_what, wrong, message) => {
    stack.hosts(({ web1 }) => Object.assign(web1?.hetzner ?? {}, wrong));
    const run = await stack.run("preview");
    stack.hosts(({ web1 }) => Object.assign(web1?.hetzner ?? {}, { serverType: "cx33", location: "fsn1" }));
    expect(run.exitCode).not.toBe(0);
    expect(failuresOf(run)).toContain(message);
  });

  test.each([
    ["missing", undefined],
    ["wrong", "b".repeat(64)],
    ["cut off", "abc"],
  ])("token %s", async (_what, token) => {
    stack.configure({ "hcloud:token": token });
    const run = await stack.run("preview");
    stack.configure({});
    expect(run.exitCode).not.toBe(0);
    expect(run.text).toContain("hcloud:token");
    expect(await everything()).toEqual([]);
  });
});

describe("stacks/hetzner", () => {
  test("is the program that lies there", () => {
    for (const file of ["index.ts", "Pulumi.yaml"]) {
      const original = readFileSync(join(projectDirectory, "stacks/hetzner", file), "utf8");
      expect(readFileSync(join(stack.directory, file), "utf8")).toBe(original);
    }
  });

  test("makes two servers, provisions them, and has a healthy service on each", async () => {
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(run.changes).toEqual({ create: run.changes["create"] });
    await Promise.all(["web1", "web2"].map(healthy));
    for (const server of await list("servers")) {
      expect(server).toMatchObject({ status: "running", protection: { delete: true, rebuild: true } });
      expect(server.labels).toEqual({ cooperative: "example", project: "hetzner", stack: "coop", role: "host" });
      expect(server.private_net).toHaveLength(1);
    }
    expect(stack.stateText()).not.toContain("OPENSSH PRIVATE KEY");
    expect(readFileSync(api.logPath, "utf8")).not.toContain("OPENSSH PRIVATE KEY");
  });

  test("was provisioned in one transaction, its member and its service in one each", async () => {
    for (const name of ["web1", "web2"]) {
      const { stdout } = await stack.on(name, "journalctl", "--boot", "--no-pager", "_COMM=sudo");
      const exchanges = stdout.split("\n").filter((line) => /COMMAND=.*script=\$\(head -c/.test(line));
      expect(exchanges.length, exchanges.join("\n")).toBeGreaterThan(0);
      expect(exchanges.length, exchanges.join("\n")).toBeLessThanOrEqual(3);
    }
  });

  test("has members' homes on the volume", async () => {
    const [volume] = await list("volumes");
    const { stdout } = await stack.on("web1", "findmnt", "-no", "SOURCE", "/home");
    const device = await stack.on("web1", "readlink", "-f", volume.linux_device);
    expect(stdout).toBe(device.stdout);
    expect((await stack.on("web1", "du", "-s", "/home/anna/.local/share/containers")).stdout).toMatch(/^[1-9]/);
    expect((await stack.on("web1", "sh", "-c", "'echo kept > /home/anna/kept && sync'")).exitCode).toBe(0);
  });

  test("finds nothing to do afterwards, also when it looks", async () => {
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(operationsOf(run)).toEqual({});
    const looked = await stack.up("--refresh");
    expect(failuresOf(looked)).toBe("");
    expect(operationsOf(looked)).toEqual({});
  });

  test.each(["web1", "web2"])("refuses to replace %s, and says how to move what is on it", async (name) => {
    const before = api.servers();
    stack.hosts((hosts) => Object.assign(hosts[name]?.hetzner ?? {}, { location: "hel1" }));
    const run = await stack.up();
    stack.hosts((hosts) => Object.assign(hosts[name]?.hetzner ?? {}, { location: "fsn1" }));
    expect(run.exitCode).not.toBe(0);
    // The host's key and the engine's protection both refuse it: whichever is asked first says so, in its own words.
    expect(failuresOf(run)).toMatch(/declare (another|a second) host.*, give it as the host of each service/);
    expect(operationsOf(run)).toEqual({});
    expect(api.servers()).toEqual(before);
    expect(await stack.answers(name)).toBe(true);
  });

  test("resizes a server in place: same disks, more memory, services healthy again", async () => {
    const before = api.servers();
    const memoryKiB = async () =>
      Number((await stack.on("web1", "awk", "'/MemTotal/{print $2}'", "/proc/meminfo")).stdout);
    const small = await memoryKiB();
    stack.hosts(({ web1 }) => Object.assign(web1?.hetzner ?? {}, { serverType: "cx43" }));
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(run.changes["replace"]).toBeUndefined();
    await healthy("web1");
    expect(await memoryKiB()).toBeGreaterThan(1.3 * small);
    expect(api.servers()).toEqual(before);
    expect((await stack.on("web1", "cat", "/home/anna/kept")).stdout).toBe("kept");
    expect(operationsOf(await stack.up("--refresh"))).toEqual({});
  });
});

test("a second stack in the project has names and labels of its own, and changes nothing of the first", async () => {
  for (const path of ["services/anna-blog", "services/bruno-site", "members/anna", "members/bruno"]) other.remove(path);
  other.hosts((hosts) => {
    for (const name of Object.keys(hosts)) delete hosts[name];
    hosts["web9"] = { hetzner: { serverType: "cx23", location: "fsn1" }, reserve: "512MiB" };
  });
  expect(failuresOf(await other.up())).toBe("");
  const names = (await list("networks")).map(({ name }) => name).sort();
  expect(names).toEqual(["hetzner-coop-network", "other-coop-network"]);
  const projects = (await list("servers")).map(({ name, labels }) => [name, labels.project]).sort();
  expect(projects).toEqual([
    ["web1", "hetzner"],
    ["web2", "hetzner"],
    ["web9", "other"],
  ]);
  expect(operationsOf(await stack.up("--refresh"))).toEqual({});
});

describe("what the API refuses is named, and nothing half made is forgotten", () => {
  test("one server more than the project may have", async () => {
    stack.hosts((hosts) => {
      hosts["web3"] = { hetzner: { serverType: "cx23", location: "fsn1" }, reserve: "512MiB" };
    });
    const run = await stack.up();
    expect(run.exitCode).not.toBe(0);
    expect(run.steps.filter(({ failed }) => failed).map(({ name }) => name)).toEqual(["web3"]);
    expect(failuresOf(run)).toMatch(/^server limit exceeded .*raise its limit/);
    expect((await list("primary_ips")).map(({ name }) => name)).toContain("web3-ipv4");
    expect(stack.stateText()).toContain("PrimaryIp::web3-ipv4");
    // The way back: what was made for it goes once its protection is off.
    stack.hosts((hosts) => Object.assign(hosts["web3"]?.hetzner ?? {}, { protect: false }));
    await stack.up();
    stack.hosts((hosts) => delete hosts["web3"]);
    expect(failuresOf(await stack.up())).toBe("");
    expect((await list("primary_ips")).map(({ name }) => name)).not.toContain("web3-ipv4");
    expect(await stack.answers("web1")).toBe(true);
  });
});

describe("taking hosts down", () => {
  test("is refused as long as they are protected, and then nothing at all is done", async () => {
    const before = stack.stateText();
    const run = await stack.run("destroy", "--yes");
    expect(run.exitCode).not.toBe(0);
    expect(run.text).toMatch(/web1.*protect: false/s);
    expect(run.steps).toEqual([]);
    expect(JSON.parse(stack.stateText()).checkpoint.latest.resources).toEqual(
      JSON.parse(before).checkpoint.latest.resources,
    );
    expect(await stack.answers("web1")).toBe(true);
  });

  test("takes the second stack away, and nothing of the first", async () => {
    other.hosts(({ web9 }) => Object.assign(web9?.hetzner ?? {}, { protect: false }));
    expect(failuresOf(await other.up())).toBe("");
    expect(failuresOf(await other.run("destroy", "--yes"))).toBe("");
    expect((await list("networks")).map(({ name }) => name)).toEqual(["hetzner-coop-network"]);
    expect(
      api
        .servers()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["web1", "web2"]);
    expect(await stack.answers("web1")).toBe(true);
  });

  test("takes one out of a running stack, with its disk, and leaves the other alone", async () => {
    const [machine] = machines().filter((name) =>
      api.servers().some((s) => s.name === "web2" && name === `server-${s.id}`),
    );
    stack.remove("services/bruno-site");
    stack.hosts(({ web2 }) => Object.assign(web2?.hetzner ?? {}, { protect: false }));
    expect(failuresOf(await stack.up())).toBe("");
    stack.hosts((hosts) => delete hosts["web2"]);
    expect(failuresOf(await stack.up())).toBe("");
    expect(api.servers().map(({ name }) => name)).toEqual(["web1"]);
    expect(existsSync(labFile("hosts", String(machine)))).toBe(false);
    expect(await stack.answers("web1")).toBe(true);
  });

  test("destroys the rest: nothing is left at Hetzner, and no disk", async () => {
    stack.hosts(({ web1 }) => Object.assign(web1?.hetzner ?? {}, { protect: false }));
    expect(failuresOf(await stack.up())).toBe("");
    expect(failuresOf(await stack.run("destroy", "--yes"))).toBe("");
    expect(await everything()).toEqual([]);
    expect(machines()).toEqual([]);
    expect(readdirSync(labFile("volumes"))).toEqual([]);
  });
});
