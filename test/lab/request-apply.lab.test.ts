import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { makeCertificate, startSmtpServer, type TestSmtpServer } from "@allmende/patching/testing";
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { cgroupOf } from "./support/cgroup.js";
import { projectDirectory } from "./support/paths.js";
import { RequestsRepository } from "./support/requests-repository.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let smtp: TestSmtpServer;
/** Production runs on web1, staging the same on web2, under the same names. */
let production: TestStack;
let staging: TestStack;
let repository: RequestsRepository;
/** Alma's private key for age. */
let identity: string;

const alma = { name: "Alma", email: "alma@example.org" };
const bert = { name: "Bert", email: "bert@example.org" };
const approvedBert = "Approved-by: Bert <bert@example.org>";
const approvedAlma = "Approved-by: Alma <alma@example.org>";
const today = new Date().toISOString().slice(0, 10);

beforeAll(async () => {
  lab = await testLab();
  smtp = await startSmtpServer(makeCertificate(), { authOptional: true });
  production = new TestStack("applied", lab);
  staging = new TestStack("applied-staging", lab);
  production.hosts({ web2: null });
  identity = await generateX25519Identity();
  const ageRecipient = await identityToRecipient(identity);
  production.member("alma", { number: 1201, email: alma.email, language: "de", ageRecipient });
  production.member("bert", { number: 1202, email: bert.email });
  mkdirSync(join(production.directory, "inventory/templates"));
  mkdirSync(join(production.directory, "inventory/requests"));
  write("inventory/templates/catalogue.yaml", { registries: ["docker.io", registry] });
  write("inventory/tariff.yaml", { currency: "EUR", ram: "4.00", lastMinuteSurcharge: "25.00" });
  write("inventory/work.yaml", work("../applied-staging"));
  mailOver(smtp.port);
  write(".gitignore", ".state/\nnode_modules/\n");
  stageOn("web2");
  repository = new RequestsRepository(production.directory);
  await repository.git(bert, "init", "-q", "-b", "main", ".");
  await repository.commit(bert, "Begin");
});

afterAll(async () => {
  await production?.destroy();
  await staging?.destroy();
  await smtp?.close();
});

beforeEach(() => keepEvidence(lab));

function write(path: string, content: unknown): void {
  const text = typeof content === "string" ? content : stringify(content);
  writeFileSync(join(production.directory, path), text);
}

function mailOver(port: number): void {
  write("inventory/mail.yaml", {
    ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example" },
    ...{ hostmasters: ["root@coop.example"], language: "en" },
    smtp: { host: "127.0.0.1", port, tls: "none" },
  });
}

function work(staging?: string) {
  const reason = { de: "Aus dem Katalog", en: "From the catalogue" };
  return {
    ...{ zone: "UTC", leadTime: { default: "3d" }, deviation: 20, ...(staging && { staging }) },
    rules: [{ kind: "service-request", when: { change: ["create", "change", "end"] }, reason }],
  };
}

/** What is requested for web1 goes to another machine there: the same inventory, but for hosts.yaml. */
function stageOn(name: string): void {
  const { address, port, user, hostKey } = lab.host(name);
  const inventory = join(staging.directory, "inventory");
  rmSync(inventory, { recursive: true });
  mkdirSync(join(inventory, "services"), { recursive: true });
  writeFileSync(
    join(inventory, "hosts.yaml"),
    stringify({ web1: { address, port, user, hostKey, reserve: "384MiB" } }),
  );
  for (const part of ["members", "requests", "templates", "tariff.yaml", "work.yaml"])
    symlinkSync(join(production.directory, "inventory", part), join(inventory, part));
}

/** Runs what CI runs after a merge, with nothing from this process but where programs are. */
async function applyInCi() {
  const out = join(production.directory, ".state/applied");
  const { PATH = "", HOME = "" } = process.env;
  const env = {
    ...{ PATH, HOME, STACK_FOLDER: "test/.out/applied", OUT: out, CI: "true" },
    ...{ MEMORY: join(production.directory, ".state/memory"), GITHUB_STEP_SUMMARY: `${out}.summary` },
    ...(process.env["ALLMENDE_CACHE"] && { ALLMENDE_CACHE: process.env["ALLMENDE_CACHE"] }),
  };
  mkdirSync(join(production.directory, ".state"), { recursive: true });
  writeFileSync(env.GITHUB_STEP_SUMMARY, "");
  const script = join(projectDirectory, "templates/workflows/request-apply.sh");
  const result = await execa("sh", [script], { env, extendEnv: false, reject: false, all: true, stdin: "ignore" });
  const read = (name: string) => readFileSync(join(out, name), "utf8");
  return {
    exitCode: result.exitCode,
    output: result.all,
    summary: readFileSync(env.GITHUB_STEP_SUMMARY, "utf8"),
    approved: () => JSON.parse(read("approved.json")),
    applied: () => JSON.parse(read("apply.json")),
  };
}

const ask = async (branch: string, ...args: readonly string[]) =>
  await repository.ask(alma, branch, "request", "new", ...args, "--date", today);

const answers = async (host: string, service: string, member: number) =>
  (await lab.run(host, ["test", "-d", cgroupOf(member, `${service}.service`)])).exitCode === 0;

async function processOf(host: string, service: string): Promise<string> {
  const script = `head -n 1 ${cgroupOf(1201, `${service}.service`)}/libpod-payload-*/cgroup.procs`;
  const result = await lab.run(host, ["sh", "-c", script]);
  expect(result.exitCode).toBe(0);
  return result.stdout.trim();
}

test("what nobody else approved is not applied", async () => {
  const redis = ["redis", "--member", "alma", "--service", "alma-cache", "--host", "web1"];
  await ask("cache", ...redis, "--set", `image=${registry}/redis:8`, "--set", "ram=48MiB");
  await repository.merge(alma, "cache", approvedAlma);
  const { exitCode, summary, approved, applied } = await applyInCi();
  expect(exitCode).toBe(2);
  expect(approved()).toMatchObject({ ok: false, requests: [{ approved: false }] });
  expect(applied).toThrow("ENOENT");
  expect(summary).toContain("failed (exit code 2)");
  expect(await answers("web2", "alma-cache", 1201)).toBe(false);
  await repository.git(bert, "reset", "-q", "--hard", "HEAD^");
});

test("what was approved comes to staging first, then to production, with secrets of its own in each", async () => {
  // No mail server answers.
  mailOver(1);
  await repository.merge(bert, "cache", approvedBert);
  const { exitCode, output, summary, applied } = await applyInCi();
  const [id] = applied().requests;
  expect(exitCode).toBe(1);
  expect(output).toContain(`allmende request secrets ${id}\n`);
  expect(applied()).toMatchObject({
    ok: true,
    staging: "done",
    madeSecrets: ["alma.alma-cache.password"],
    told: [],
    untold: [{ id, secrets: ["alma.alma-cache.password"] }],
  });
  expect(summary).toMatch(/alma-cache .*applied/);
  expect([await answers("web1", "alma-cache", 1201), await answers("web2", "alma-cache", 1201)]).toEqual([true, true]);
  const settings = (stack: TestStack) => readFileSync(join(stack.directory, "Pulumi.test.yaml"), "utf8");
  const secretIn = (stack: TestStack) => /alma\.alma-cache\.password:\s+secure: (\S+)/.exec(settings(stack))?.[1];
  expect(secretIn(production)).toMatch(/^v1:/);
  expect(secretIn(staging)).toMatch(/^v1:/);
  expect(secretIn(staging)).not.toBe(secretIn(production));
});

test("its member is told the password by the next run, since none took the first mail; only their key opens it, and the running service has it", async () => {
  expect(smtp.recipients).toEqual([]);
  mailOver(smtp.port);
  rmSync(join(production.directory, ".state/untold-test.json"));
  const { exitCode, output, applied } = await applyInCi();
  expect([exitCode, exitCode === 0 ? "" : output]).toEqual([0, ""]);
  expect(applied()).toMatchObject({ ok: true, requests: [], told: [alma.email], untold: [] });
  expect(smtp.recipients).toEqual([[alma.email]]);
  const mail = textOf(smtp.mails[0]);
  expect(smtp.mails[0]).toContain("Subject: Antrag zu alma-cache: umgesetzt");
  const [sealed = ""] = /-----BEGIN AGE[\s\S]*-----END AGE ENCRYPTED FILE-----/.exec(mail) ?? [];
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const opened = await decrypter.decrypt(armor.decode(sealed.replaceAll("\r\n", "\n")), "text");
  const [, password = ""] = /^alma-cache: Passwort \(AUTH\): (\S+)\n$/.exec(opened) ?? [];
  const file = `/proc/${await processOf("web1", "alma-cache")}/root/run/secrets/REDIS_PASSWORD`;
  expect((await lab.run("web1", ["cat", file])).stdout.trim()).toBe(password);
  expect(password).toHaveLength(43);
});

test("the next runner, whose checkout has no such secret, changes nothing", async () => {
  const before = await processOf("web1", "alma-cache");
  await repository.git(bert, "checkout", "-q", "--", "Pulumi.test.yaml");
  const { exitCode, output, applied } = await applyInCi();
  expect([exitCode, exitCode === 0 ? "" : output]).toEqual([0, ""]);
  expect(applied()).toMatchObject({ ok: true, madeSecrets: [], requests: [], told: [] });
  expect(await processOf("web1", "alma-cache")).toBe(before);
});

test("what is not healthy in staging does not come to production; its author is told, in German", async () => {
  const before = await processOf("web1", "alma-cache");
  const id = await ask("break", "--change", "alma-cache", "--set", `image=${registry}/broken:1`);
  await repository.merge(bert, "break", approvedBert);
  const { exitCode, summary, applied } = await applyInCi();
  expect(exitCode).toBe(1);
  expect(applied()).toMatchObject({ ok: false, staging: "failed", requests: [id], told: [alma.email] });
  expect(summary).toContain("failed (exit code 1)");
  expect(await processOf("web1", "alma-cache")).toBe(before);
  expect(smtp.recipients).toEqual([[alma.email], [alma.email]]);
  expect(smtp.mails[1]).toContain("Subject: Antrag zu alma-cache: nicht gelungen");
  expect(textOf(smtp.mails[1])).toContain(`Der Antrag ${id} (alma-cache) wurde angenommen`);
  expect(textOf(smtp.mails[1])).toContain(`allmende revert ${id}`);
  expect(textOf(smtp.mails[1])).toContain("redis-server: not found");
});

test("without staging, production puts the former state back, and each author is told once, of their own, in their language", async () => {
  write("inventory/work.yaml", work());
  await repository.commit(bert, "Work without staging");
  const site = ["static-site", "--member", "bert", "--service", "bert-site", "--host", "web1"];
  const values = ["--set", `image=${registry}/broken:1`, "--set", "port=8099", "--set", "ram=32MiB"];
  const id = await repository.ask(bert, "site", "request", "new", ...site, ...values, "--date", today);
  await repository.merge(alma, "site", approvedAlma);
  const { exitCode, applied } = await applyInCi();
  expect(exitCode).toBe(1);
  expect(applied()).toMatchObject({ ok: false, staging: "none", told: [alma.email, bert.email] });
  expect(await answers("web1", "alma-cache", 1201)).toBe(true);
  // Alma knows it already: the log's times do not make it another failure.
  expect(smtp.recipients).toEqual([[alma.email], [alma.email], [bert.email]]);
  const toBen = smtp.mails[2];
  expect(toBen).toContain("Subject: Request about bert-site: did not succeed");
  expect(textOf(toBen)).toContain(`Request ${id} (bert-site) was accepted, but applying it did not succeed.`);
  expect(textOf(toBen)).toContain("broken: this image always fails");
  // A log is its member's alone.
  expect(textOf(toBen)).not.toContain("alma");
});

/** A mail's text, without what quoted-printable does to it. */
function textOf(mail: string | undefined): string {
  const bytes = (mail ?? "")
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
