import type { Lab } from "@allmende/lab";
import { memberUid, replaceSecretReferences } from "@allmende/model";
import { type FieldValue, planTemplate } from "@allmende/requests";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { catalogue } from "../unit/templates/catalogue-files.js";
import { asMember } from "./support/as-member.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

const password = "it's-not-very-secret\\7";
const member = { name: "tara", number: 1501 };
const images = {
  mariadb: `${registry}/mariadb:11.8`,
  wordpress: `${registry}/wordpress:6`,
};

interface Case {
  readonly host: string;
  /** What a member fills in, with the lab's images for the official ones and the least RAM that the template allows. */
  readonly values: Readonly<Record<string, FieldValue>>;
  /** Its services, with the RAM of each in MiB. */
  readonly ramMiB: Readonly<Record<string, number>>;
}

const cases: Readonly<Record<string, Case>> = {
  jupyter: {
    host: "web1",
    values: { image: `${registry}/jupyter-server:2`, port: 8094, ram: "256MiB" },
    ramMiB: { "tara-jupyter": 256 },
  },
  mariadb: { host: "web1", values: { image: images.mariadb, ram: "192MiB" }, ramMiB: { "tara-mariadb": 192 } },
  nodejs: {
    host: "web1",
    values: { image: `${registry}/node-app:22`, port: 8091, ram: "64MiB" },
    ramMiB: { "tara-nodejs": 64 },
  },
  php: {
    host: "web1",
    values: { image: `${registry}/php-app:8.4`, port: 8092, ram: "128MiB" },
    ramMiB: { "tara-php": 128 },
  },
  wordpress: {
    host: "web2",
    values: {
      domain: "blog.example.org",
      port: 8093,
      image: images.wordpress,
      databaseImage: images.mariadb,
      ram: "192MiB",
      databaseRam: "192MiB",
    },
    ramMiB: { "tara-wordpress": 192, "tara-wordpress-database": 192 },
  },
};

let lab: Lab;
let stack: TestStack;

beforeAll(async () => {
  lab = await testLab();
  await lab.offerTemplateImages();
  stack = new TestStack("template-images", lab);
  stack.member(member.name, { number: member.number });
});

beforeEach(() => keepEvidence(lab));
afterAll(async () => await stack?.destroy());

/** Writes what a member's request for a template would come to into the inventory. */
function declare(name: string, { host, values }: Case): void {
  const template = catalogue().find((each) => each.name === name);
  if (template === undefined) throw new Error(`no template ${name}`);
  const plan = planTemplate(template, values, { member: member.name, host, name: `tara-${name}` });
  if (!plan.ok) throw new Error(JSON.stringify(plan.findings));
  for (const [service, input] of Object.entries(plan.value.services))
    stack.service(service, { ...replaceSecretReferences(input, () => password), deleteData: true });
}

/** Runs something in a service's container, as the container's user. */
async function inside(name: string, service: string, ...argv: readonly string[]): Promise<string> {
  const exec = asOwner("podman", "exec", service, ...argv);
  const result = await lab.run(name, exec, { timeoutMs: 60_000 });
  return result.exitCode === 0 ? result.stdout.trim() : `${result.exitCode}: ${result.stderr}`;
}

const asOwner = (...argv: readonly string[]) => asMember(member.name, memberUid(member.number), argv);

/** What a client on the member's network can do with the password that the application would get. */
function query(host: string, service: string, user: string, database: string, sql: string): Promise<string> {
  const login = ["--no-defaults", "--protocol=tcp", `--host=${service}`, `--user=${user}`, `--password=${password}`];
  return inside(host, service, "mariadb", ...login, "--batch", "--skip-column-names", `--execute=${sql}`, database);
}

async function journal(host: string): Promise<string> {
  const result = await lab.run(host, ["journalctl", "--no-pager", "--boot", `_UID=${memberUid(member.number)}`]);
  return result.stdout;
}

async function restart(host: string, service: string): Promise<void> {
  const result = await lab.run(host, asOwner("systemctl", "--user", "restart", `${service}.service`), {
    timeoutMs: 240_000,
  });
  expect(result).toMatchObject({ exitCode: 0, stderr: "" });
}

describe("templates of images that stand in for official ones", () => {
  test("become healthy with the least RAM that they allow", async () => {
    const { wordpress, ...others } = cases;
    for (const [name, each] of Object.entries(others)) declare(name, each);
    expect(failuresOf(await stack.up())).toBe("");
    // Two services of which one needs the other, as two changes of the host: as if the engine had taken its time between them.
    declare("wordpress", wordpress as Case);
    expect(failuresOf(await stack.up("--parallel", "1"))).toBe("");
  });

  test("see the RAM that they were sold", async () => {
    for (const { host, ramMiB } of Object.values(cases))
      for (const [service, mib] of Object.entries(ramMiB))
        expect(await inside(host, service, "/run/allmende/busybox", "cat", "/sys/fs/cgroup/memory.max"), service).toBe(
          String(mib * 1024 * 1024),
        );
  });

  test("mariadb keeps its data, and lets only its user in from the network", async () => {
    const ask = (sql: string) => query("web1", "tara-mariadb", "app", "app", sql);
    expect(await ask("create table kept (word text); insert into kept values ('kept')")).toBe("");
    await restart("web1", "tara-mariadb");
    expect(await ask("select word from kept")).toBe("kept");
    expect(await query("web1", "tara-mariadb", "root", "mysql", "select 1")).toMatch(/Access denied/);
    // No password is in what the service said.
    const said = await journal("web1");
    expect(said).toContain("ready for connections");
    expect(said).not.toMatch(/PASSWORD: /);
  });

  test("nodejs writes into its volume and finds it again", async () => {
    const page = async () => (await lab.fetch("web1", 8091, "/")).body;
    expect(await page()).toBe("from node, start 1, production\n");
    await restart("web1", "tara-nodejs");
    expect(await page()).toBe("from node, start 2, production\n");
    // It ended when it was asked to.
    expect(await journal("web1")).not.toMatch(/failed to stop container tara-nodejs/);
  });

  test("php writes into its volume and finds it again", async () => {
    const page = async () => (await lab.fetch("web1", 8092, "/")).body;
    expect(await page()).toBe("from php, visit 1, 128M\n");
    await restart("web1", "tara-php");
    expect(await page()).toBe("from php, visit 2, 128M\n");
  });

  test("jupyter lets only the token in, starts a kernel, and keeps what lies in its volume", async () => {
    const token = `token=${encodeURIComponent(password)}`;
    const contents = async (query = "") => await lab.fetch("web1", 8094, `/api/contents/work/kept.txt${query}`);
    expect((await contents()).status).toBe(403);
    expect((await contents("?token=guessed")).status).toBe(403);
    expect((await contents(`?${token}`)).status).toBe(404);
    const ask = (method: string, path: string, body: object) =>
      inside(
        ...(["web1", "tara-jupyter", "python3", "-c"] as const),
        `import json, os, sys, urllib.request as u
request = u.Request("http://127.0.0.1:8888/api/" + sys.argv[2], sys.argv[3].encode(), method=sys.argv[1],
                    headers={"Authorization": "token " + os.environ["JUPYTER_TOKEN"]})
print(u.urlopen(request).status)`,
        ...[method, path, JSON.stringify(body)],
      );
    expect(await ask("PUT", "contents/work/kept.txt", { type: "file", format: "text", content: "kept" })).toBe("201");
    expect(await ask("POST", "kernels", { name: "python3" })).toBe("201");
    await restart("web1", "tara-jupyter");
    expect(JSON.parse((await contents(`?${token}`)).body)).toMatchObject({ content: "kept" });
    expect(await journal("web1")).not.toContain(password);
  });

  test("wordpress reaches its database, and keeps what was written there and in its folder", async () => {
    const install = async () => await lab.fetch("web2", 8093, "/wp-admin/install.php", 60_000);
    expect(await install()).toMatchObject({ status: 200, body: expect.stringContaining("WordPress") });
    const site = ["/run/allmende/busybox", "sh", "-c"];
    await inside("web2", "tara-wordpress", ...site, "echo kept > /var/www/html/wp-content/kept.txt");
    const ask = (sql: string) => query("web2", "tara-wordpress-database", "wordpress", "wordpress", sql);
    expect(await ask("create table kept (word text); insert into kept values ('kept')")).toBe("");
    await restart("web2", "tara-wordpress-database");
    await restart("web2", "tara-wordpress");
    expect((await lab.fetch("web2", 8093, "/wp-content/kept.txt")).body).toBe("kept\n");
    expect(await ask("select word from kept")).toBe("kept");
    expect((await install()).status).toBe(200);
  });

  test("wordpress is unwell without its database, and well again with it", async () => {
    const check = async () => {
      const argv = asOwner("podman", "healthcheck", "run", "tara-wordpress");
      return await lab.run("web2", argv, { timeoutMs: 60_000 });
    };
    const database = async (action: "start" | "stop") => {
      const argv = asOwner("systemctl", "--user", action, "tara-wordpress-database.service");
      expect(await lab.run("web2", argv, { timeoutMs: 240_000 })).toMatchObject({ exitCode: 0 });
    };
    const site = () => inside("web2", "tara-wordpress", "/run/allmende/busybox", "stat", "-c", "%Y", "/proc/1");
    const started = await site();
    expect(await check()).toMatchObject({ exitCode: 0 });
    await database("stop");
    try {
      // Its pages of files are there all the same.
      expect((await lab.fetch("web2", 8093, "/readme.html")).status).toBe(200);
      expect((await lab.fetch("web2", 8093, "/wp-login.php")).status).toBe(500);
      const unwell = await check();
      expect(unwell).toMatchObject({ exitCode: 1 });
      expect(unwell.stdout + unwell.stderr).not.toContain(password);
    } finally {
      await database("start");
    }
    expect(await check()).toMatchObject({ exitCode: 0 });
    // What was short killed nobody.
    expect(await site()).toBe(started);
    expect(await journal("web2")).not.toContain(password);
  });
});
