import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeCertificate } from "@allmende/patching/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "allmende-check-"));
  write("hosts.yaml", `web1: { address: a.example.org, hostKey: ${hostKey}, ram: 2GiB, reserve: 512MiB }\n`);
  write("members/anna.yaml", "number: 1042\n");
  write("services/blog.yaml", "member: anna\nhost: web1\nimage: r.example.org/a:1\nram: 128MiB\n");
});

afterEach(() => rmSync(folder, { recursive: true }));

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function check(path = folder): Promise<{ exitCode: number; lines: string[] }> {
  const context = recordingContext();
  await createProgram(context).parseAsync(["check", path], { from: "user" });
  const lines = context.written.out.replaceAll(/^.*allmende-check-[^/]+\//gm, "").split("\n");
  return { exitCode: context.exitCode, lines: lines.filter((line) => line !== "") };
}

test("counts what is there", async () => {
  expect(await check()).toEqual({ exitCode: 0, lines: ["ok: 1 host, 1 member, 1 service, 0 patch windows"] });
});

test("says everything by file and line, in order", async () => {
  write(
    "services/blog.yaml",
    "ports: { web: 70000 }\nmember: anna\nhost: web1\nimage: r.example.org/a:1\nram: 1MB\nfoo: 1\n",
  );
  write("members/anna.yaml", "");
  const { exitCode, lines } = await check();
  expect(exitCode).toBe(2);
  expect(lines).toEqual([
    "members/anna.yaml:1:1: is empty: it needs number",
    expect.stringContaining(
      "services/blog.yaml:1:15: ports.web: a port of the host is a whole number from 1024 to 65535",
    ),
    expect.stringContaining("services/blog.yaml:5:6: ram: "),
    expect.stringContaining("services/blog.yaml:6:1: foo: is not a known key; known here: member, host, image"),
  ]);
});

test.each([
  ["services/anna/shop.yaml", ["services/anna/shop.yaml:1:1: has no place in an inventory"]],
  ["services/shop.YAML", ['services/shop.YAML:1:1: would be overlooked: rename it to end in ".yaml"']],
  ["members/anna.yml", ['members/anna.yml:1:1: would be overlooked: rename it to end in ".yaml"']],
  ["requests/shop.yml", ['requests/shop.yml:1:1: would be overlooked: rename it to end in ".yaml"']],
  ["services/shop.yml", ['services/shop.yml:1:1: would be overlooked: rename it to end in ".yaml"']],
  ["host.yaml", ["host.yaml:1:1: has no place in an inventory"]],
])("%s is not overlooked", async (path, expected) => {
  write(path, "a: 1\n");
  const { lines } = await check();
  expect(lines.filter((line) => !line.startsWith("ok"))).toEqual(expected.map((line) => expect.stringContaining(line)));
});

test("what nothing reads in the inventory's folders is a note; what editors and people leave beside is none", async () => {
  const read = ["services/notes.txt", "members/ben.yaml.txt", "requests/2026/shop.json", "blackouts/summer.txt"];
  const fine = ["README.md", ".gitkeep", ".blog.yaml.swp", "blog.yaml~", "#blog.yaml#"].map(
    (name) => `services/${name}`,
  );
  for (const path of [...read, ...fine, "notes.txt"]) write(path, "hello\n");
  const context = recordingContext();
  await createProgram(context).parseAsync(["check", folder], { from: "user" });
  expect(context.exitCode).toBe(0);
  const notes = context.written.err.split("\n").filter((line) => line !== "");
  expect(notes.map((line) => /allmende-check-[^/]+\/(.*): is not read/.exec(line)?.[1]).toSorted()).toEqual(
    read.toSorted(),
  );
});

test("an authority of a calendar that is not there is found before the night", async () => {
  const window = {
    ...{ recurrence: "FREQ=DAILY", zone: "UTC", start: "2026-12-01T02:00", duration: "3h", updates: "security" },
    ...{ reboot: "never", hosts: "all", waves: [], canary: "none", concurrency: 1, errorThreshold: 0, notice: "3d" },
    cutoff: { upgrade: "1h", restart: "30m" },
    blackouts: ["2026-12-24", { url: "https://calendar.example.org/a.ics", maxAge: "7d", ca: "certificates/ca.pem" }],
  };
  write("windows.yaml", JSON.stringify({ nightly: window }));
  const finding = (what: string) => ({ exitCode: 2, lines: [`windows.yaml: nightly.blackouts.1.ca: ${what}`] });
  expect(await check()).toEqual(finding("there is no file certificates/ca.pem, the authority (ca)"));
  write("certificates/ca.pem", "hello\n");
  expect(await check()).toEqual(finding("certificates/ca.pem, the authority (ca), is no certificate in PEM"));
  write("certificates/ca.pem", makeCertificate().ca);
  expect((await check()).exitCode).toBe(0);
});

test("over-commitment names the host once", async () => {
  write("services/blog.yaml", "member: anna\nhost: web1\nimage: r.example.org/a:1\nram: 4GiB\n");
  const { lines } = await check();
  expect(lines).toEqual([expect.stringContaining("hosts.yaml:1:1: web1: 1 service and 1 member need")]);
  expect(lines[0]?.match(/web1/g)).toHaveLength(1);
});

test("a file where a folder belongs, a folder where a file belongs, and nothing at all are the user's mistakes", async () => {
  await expect(check(join(folder, "nothing"))).rejects.toThrow(/there is no folder .*nothing/);
  await expect(check(join(folder, "hosts.yaml"))).rejects.toThrow(/hosts\.yaml is a file, where a folder belongs/);
  mkdirSync(join(folder, "services", "shop.yaml"));
  await expect(check()).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining("a folder, where a file"),
  });
  rmSync(join(folder, "services"), { recursive: true });
  write("services", "");
  await expect(check()).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining("a file, where a folder"),
  });
});

test("what is not UTF-8 is refused, not guessed", async () => {
  writeFileSync(join(folder, "members", "anna.yaml"), Buffer.from("number: 1042 # M\xfcller\n", "latin1"));
  await expect(check()).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/anna\.yaml is not UTF-8/),
  });
});

test("notes a window in which soak and cutoff leave no time for the hosts after the canary", async () => {
  const host = (address: string) => `{ address: ${address}, hostKey: ${hostKey}, ram: 2GiB, reserve: 512MiB }`;
  write("hosts.yaml", `web1: ${host("a.example.org")}\nweb2: ${host("b.example.org")}\n`);
  const days = "recurrence: FREQ=DAILY, zone: Europe/Berlin, start: 2026-12-01T02:00, duration: 3h, notice: 3d";
  const order = "updates: security, reboot: never, hosts: all, waves: [], concurrency: 1, errorThreshold: 0";
  write(
    "windows.yaml",
    `nightly: { ${days}, ${order}, cutoff: { upgrade: 90m, restart: 45m }, canary: { hosts: 1, soak: 100m } }\n`,
  );
  const context = recordingContext();
  await createProgram(context).parseAsync(["check", folder], { from: "user" });
  expect(context.exitCode).toBe(0);
  expect(context.written.err).toMatch(/note: .*windows\.yaml: nightly\.canary\.soak: takes 100m of 3h, /);
});
