import { applyChanges, type Change, renderMember, renderService } from "@allmende/host";
import type { Lab } from "@allmende/lab";
import { parseService } from "@allmende/model";
import { SshPool } from "@allmende/ssh";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asMember } from "./support/as-member.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;

const network = "shop";
const health = { command: ["true"], start: "15s" };
const site = { member: "nora", host: "web1", image: `${registry}/static-site:1`, ram: "32MiB" };
const application = {
  ...site,
  image: `${registry}/app:1`,
  ram: "64MiB",
  ports: { web: "8070:8080" },
  environment: { GREETING: "from nora" },
  networks: [network],
  health: { http: "/healthz", port: "web" },
};
const database = {
  ...site,
  image: `${registry}/postgres:17`,
  ram: "192MiB",
  volumes: { data: "/var/lib/postgresql/data" },
  secrets: { POSTGRES_PASSWORD: "not-very-secret-3" },
  networks: [network],
  health: { command: ["pg_isready", "-q", "-h", "127.0.0.1"], start: "120s" },
  deleteData: true,
};

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("networks", lab);
  stack.member("nora", { number: 1400 });
  stack.member("otto", { number: 1401 });
  stack.service("nora-app", application);
  stack.service("nora-db", database);
  // The same network's name, and most likely the same addresses in it: another member's is another network all the same.
  stack.service("otto-site", {
    ...site,
    member: "otto",
    ports: { web: "8071:8080" },
    networks: [network],
    health: { http: "/", port: "web" },
  });
});

afterAll(async () => {
  await stack?.destroy();
});

describe("networks that services share", () => {
  beforeEach(() => keepEvidence(lab));

  test("an application and its database reach each other by name, the database without a port on the host", async () => {
    expect(failuresOf(await stack.up())).toBe("");
    expect(await page("nora", "nora-db", "nora-app:8080")).toContain("from nora");
    expect(await sslAnswer("nora", "nora-app", "nora-db")).toBe("N");
    const listening = await lab.run("web1", ["ss", "-Hltn", "sport = :5432"]);
    expect(listening.stdout).toBe("");
  });

  test("a service in a network answers on its host port", async () => {
    expect((await lab.fetch("web1", 8070, "/")).body).toContain("from nora");
    expect((await lab.fetch("web1", 8071, "/")).body).toContain("static-site");
  });

  test("names outside of the network are still found", async () => {
    const found = await inside("nora", "nora-app", ["nslookup", "registry.allmende.test"]);
    expect(found.stdout).toContain(lab.host("web1").insideAddress.replace(/\d+$/, ""));
  });

  test("another member's service in a network of the same name reaches neither of them", async () => {
    expect(await page("otto", "otto-site", "otto-site:8080")).toContain("static-site");
    for (const name of ["nora-app", "nora-db"]) {
      expect((await inside("otto", "otto-site", ["nslookup", name])).exitCode).not.toBe(0);
      const address = await addressOf("nora", name);
      expect(address).toMatch(/^10\./);
      expect(await page("otto", "otto-site", `${address}:8080`)).not.toContain("from nora");
      expect(await sslAnswer("otto", "otto-site", address)).toBe("");
    }
  });

  test("one service's restart leaves the other its network", async () => {
    const started = await startOf("nora", "nora-db");
    stack.service("nora-app", { ...application, environment: { GREETING: "again from nora" } });
    expect(failuresOf(await stack.up())).toBe("");
    expect(await page("nora", "nora-db", "nora-app:8080")).toContain("again from nora");
    expect(await sslAnswer("nora", "nora-app", "nora-db")).toBe("N");
    expect((await lab.fetch("web1", 8070, "/")).body).toContain("again from nora");
    expect(await startOf("nora", "nora-db")).toBe(started);
  });

  test("up again changes nothing, drift finds nothing", async () => {
    const run = await stack.up("--refresh");
    expect(failuresOf(run)).toBe("");
    expect(run.changes).toMatchObject({ same: expect.any(Number) });
    expect(run.changes["update"] ?? 0).toBe(0);
    expect((await stack.run("drift")).exitCode).toBe(0);
  });

  test("after a reboot they find each other again", async () => {
    await lab.reboot("web1");
    expect(failuresOf(await stack.up("--refresh"))).toBe("");
    expect(await page("nora", "nora-db", "nora-app:8080")).toContain("again from nora");
    expect((await lab.fetch("web1", 8070, "/")).status).toBe(200);
  });

  test("a network stays as long as a service is in it", async () => {
    stack.removeService("nora-db");
    expect(failuresOf(await stack.up())).toBe("");
    expect(await networksOf("nora")).toEqual(["podman", network]);
    expect((await lab.fetch("web1", 8070, "/")).status).toBe(200);
    expect((await inside("nora", "nora-app", ["nslookup", "nora-app"])).exitCode).toBe(0);
  });

  test("one service leaves it in the same run in which another enters", async () => {
    stack.service("nora-app", { ...application, networks: [] });
    stack.service("nora-site", { ...site, networks: [network], health });
    expect(failuresOf(await stack.up())).toBe("");
    expect(await page("nora", "nora-site", "nora-site:8080")).toContain("static-site");
    expect((await lab.fetch("web1", 8070, "/")).status).toBe(200);
  });

  test("it goes with the last service in it", async () => {
    stack.removeService("nora-site");
    expect(failuresOf(await stack.up())).toBe("");
    expect(await networksOf("nora")).toEqual(["podman"]);
    expect(await networkUnits("nora")).toBe("");
    expect(await networksOf("otto")).toEqual(["podman", network]);
  });

  test("it goes when the last service leaves it, which itself goes on", async () => {
    stack.service("nora-app", { ...application, networks: ["late"] });
    expect(failuresOf(await stack.up())).toBe("");
    expect(await networksOf("nora")).toEqual(["late", "podman"]);
    stack.service("nora-app", { ...application, networks: [] });
    expect(failuresOf(await stack.up())).toBe("");
    expect((await lab.fetch("web1", 8070, "/")).status).toBe(200);
    expect(await networksOf("nora")).toEqual(["podman"]);
    expect(await networkUnits("nora")).toBe("");
  });

  test("a service that cannot start leaves no network behind", async () => {
    stack.service("nora-broken", { ...site, image: `${registry}/broken:1`, networks: ["other"], health });
    expect((await stack.up()).exitCode).toBe(1);
    stack.removeService("nora-broken");
    expect(await networksOf("nora")).toEqual(["podman"]);
    expect(await networkUnits("nora")).toBe("");
  });

  test("of two that enter a new network in one transaction the second comes up, although the first cannot be pulled", async () => {
    const member = { name: "nora", number: 1400 };
    const put = (name: string, image: string): Change => {
      const input = { name, member: "nora", image: `${registry}/${image}`, ram: "32MiB", networks: ["other"], health };
      const service = parseService({ ...input, secrets: { KEY: "open" } });
      if (!service.ok) throw new Error(service.findings.map(({ message }) => message).join("\n"));
      return { kind: "put", tree: renderService(service.value, member) };
    };
    const { address, port, user, hostKey, privateKeyPath } = lab.host("web1");
    await using pool = new SshPool({ credentials: { privateKeyPath } });
    const ssh = await pool.get({ address, port, user, hostKeys: [hostKey] });
    const changes = [put("nora-first", "no-such-image:1"), put("nora-second", "static-site:1")];
    const results = await applyChanges(ssh, [{ kind: "put", tree: renderMember(member) }, ...changes]);
    expect(results.get("service/nora/nora-first")).toMatchObject({ state: "failed", error: { code: "pull-failed" } });
    expect(results.get("service/nora/nora-second")).toMatchObject({ state: "applied" });
    expect(await page("nora", "nora-second", "nora-second:8080")).toContain("static-site");
    const access = await lab.run("web1", ["stat", "--format", "%a %G", "/var/lib/allmende/secrets/21400"]);
    expect(access.stdout.trim()).toBe("750 nora");
    await applyChanges(ssh, [{ kind: "remove", id: "service/nora/nora-second", member, deleteData: true }]);
  });

  test("nothing of any network is left when everything is taken away", async () => {
    expect(failuresOf(await stack.destroy())).toBe("");
    const files = await lab.run("web1", ["find", "/etc/containers/systemd", "-name", "*.network"]);
    expect(files.stdout).toBe("");
    const processes = await lab.run("web1", ["pgrep", "--list-full", "--uid", Object.values(uids).join(",")]);
    expect(processes.stdout).toBe("");
  });
});

const uids = { nora: 21_400, otto: 21_401 };
type Owner = keyof typeof uids;

/** Runs a program on web1 as a member. */
function as(member: Owner, argv: readonly string[]) {
  return lab.run("web1", asMember(member, uids[member], argv));
}

/** Runs a command of busybox in a service's container. */
function inside(member: Owner, service: string, argv: readonly string[]) {
  return as(member, ["podman", "exec", service, "busybox", ...argv]);
}

/** What a service sees at http://TARGET/; the empty text when nobody answers. */
async function page(member: Owner, service: string, target: string): Promise<string> {
  return (await inside(member, service, ["wget", "-q", "-T", "5", "-O", "-", `http://${target}/`])).stdout;
}

/** PostgreSQL's answer to a request for TLS that it does not have is `N`; nobody else's is. */
async function sslAnswer(member: Owner, service: string, address: string): Promise<string> {
  const ask = `printf '\\0\\0\\0\\010\\004\\322\\026\\057' | busybox nc -w 5 ${address} 5432`;
  return (await inside(member, service, ["timeout", "5", "busybox", "sh", "-c", ask])).stdout;
}

async function addressOf(member: Owner, service: string): Promise<string> {
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  return (await as(member, ["podman", "inspect", "--format", format, service])).stdout.trim();
}

async function startOf(member: Owner, service: string): Promise<string> {
  return (await as(member, ["podman", "inspect", "--format", "{{.State.StartedAt}}", service])).stdout.trim();
}

async function networksOf(member: Owner): Promise<string[]> {
  const { stdout, stderr } = await as(member, ["podman", "network", "ls", "--quiet"]);
  expect(stderr).toBe("");
  return stdout.trim().split("\n").sort();
}

/** Units of networks that the member's manager still knows. */
async function networkUnits(member: Owner): Promise<string> {
  return (
    await as(member, ["systemctl", "--user", "list-units", "--all", "--plain", "--no-legend", "*-network.service"])
  ).stdout;
}
