import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostError } from "@allmende/model";
import {
  makeCertificate,
  startSmtpServer,
  type TestCertificate,
  type TestSmtpServer,
  testLogin,
} from "@allmende/patching/testing";
import { heldNotice } from "@allmende/requests";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { StackPatchRun } from "../patch/run.js";
import { createProgram } from "../program.js";
import { tell } from "../request/tell.js";
import { readStackFolder } from "../stack/folder.js";
import { loadInventoryFolder } from "../stack/stack-inventory.js";
import { recordingContext } from "../testing.js";
import { notifyMembers } from "./notify.js";
import { isDelivered, renderResultMail } from "./render.js";
import { mailResults } from "./result.js";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
const windows = `nightly:
  { recurrence: FREQ=DAILY, zone: UTC, start: "2026-01-01T02:00", duration: 3h, updates: security, reboot: never, hosts: all, waves: [],
    canary: none, concurrency: 1, errorThreshold: 0, cutoff: { upgrade: 90m, restart: 45m }, notice: 12h }
`;
const now = Date.UTC(2026, 10, 24, 20);

let certificate: TestCertificate;
let server: TestSmtpServer;
let directory: string;
/** A password as Pulumi's configuration holds it, closed by a passphrase. */
let settings: string;

beforeAll(() => {
  certificate = makeCertificate();
  const salt = randomBytes(8);
  const key = pbkdf2Sync("passphrase", salt, 1_000_000, 32, "sha256");
  const seal = (text: string) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const closed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${closed.toString("base64")}`;
  };
  const config = `config:\n  coop:smtpPassword:\n    secure: ${seal(testLogin.password)}\n`;
  settings = `encryptionsalt: v1:${salt.toString("base64")}:${seal("pulumi")}\n${config}`;
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

beforeEach(async () => {
  server = await startSmtpServer(certificate);
  directory = mkdtempSync(join(tmpdir(), "allmende-mail-"));
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "passphrase");
  vi.stubEnv("PULUMI_BACKEND_URL", `file://${directory}/.state`);
  vi.stubEnv("PULUMI_HOME", join(directory, ".pulumi"));
  const service = (member: string) => `member: ${member}\nhost: web1\nimage: registry.test/site:1\nram: 64MiB\n`;
  const smtp = { host: "localhost", port: server.port, tls: "starttls", ca: certificate.ca, user: testLogin.user };
  write({
    "Pulumi.yaml": "name: coop\nruntime: nodejs\n",
    "Pulumi.prod.yaml": settings,
    "index.ts": "",
    "inventory/hosts.yaml": `web1: { address: web1.test, hostKey: ${hostKey}, reserve: 512MiB }\n`,
    "inventory/windows.yaml": windows,
    "inventory/mail.yaml": JSON.stringify({
      ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example" },
      ...{ hostmasters: ["root@coop.example"], language: "en" },
      smtp: { ...smtp, password: { config: "smtpPassword" } },
    }),
    "inventory/members/anna.yaml": "number: 1\nemail: anna@example.org\nlanguage: de\n",
    "inventory/members/bert.yaml": "number: 2\n",
    "inventory/services/anna-blog.yaml": service("anna"),
    "inventory/services/bert-wiki.yaml": service("bert"),
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  rmSync(directory, { recursive: true });
});

const folder = () => readStackFolder(directory);
const statesOf = async (options: { dryRun?: boolean } = {}) =>
  (await notifyMembers(recordingContext(), folder(), options, now)).notices.map(({ member, state }) => [member, state]);

describe("the mail about a request that waits", () => {
  test("reaches whoever asked, in their language, once for each reason", async () => {
    const asked = (service: string, at: string) => ({
      ...{ change: "create", service, member: "anna", template: "static-site", host: "web1" },
      ...{ askedBy: "anna@example.org", askedAt: at, date: "2026-11-23", values: { port: 8090 } },
    });
    write({
      "inventory/hosts.yaml": `web1: { address: web1.test, hostKey: ${hostKey}, reserve: 512MiB, ram: 4GiB }\n`,
      "inventory/work.yaml": JSON.stringify({
        ...{ zone: "UTC", leadTime: { default: "3d" }, quota: { default: "1GiB" }, deviation: 20 },
        rules: [{ kind: "service-request", when: { change: ["create"] }, reason: { de: "Katalog", en: "Catalogue" } }],
      }),
      "inventory/requests/one.yaml": JSON.stringify(asked("anna-one", "2026-11-20T10:00:00Z")),
      "inventory/requests/two.yaml": JSON.stringify(asked("anna-two", "2026-11-20T11:00:00Z")),
    });
    const inventory = await loadInventoryFolder(directory, { folder: folder(), nowMs: now });
    const notices = inventory.held.map((held) => ({ ...held, noticeOf: heldNotice }));
    const told = async () => await tell(recordingContext(), folder(), inventory, notices);
    expect(await told()).toEqual({ told: ["anna@example.org"], mailFailure: undefined });
    await told();
    expect(server.recipients).toEqual([["anna@example.org"]]);
    const [mail = ""] = server.mails;
    expect(mail).toMatch(/^Subject: Antrag zu anna-two: wartet\r$/m);
    // Without what quoted-printable does to it.
    const text = mail.replaceAll("=\r\n", "");
    expect(text).toMatch(/Port 8090\/tcp von web1 ist vergeben \(anna-one\)[\s\S]*allmende revert two/);
  });
});

describe("allmende patch notify", () => {
  test("tells each member once, with a password that stands in Pulumi's configuration", async () => {
    expect(await statesOf({ dryRun: true })).toEqual([
      ["anna", "due"],
      ["bert", "no-address"],
    ]);
    expect(server.connections).toBe(0);
    expect(await statesOf()).toEqual([
      ["anna", "sent"],
      ["bert", "no-address"],
    ]);
    expect(await statesOf()).toEqual([
      ["anna", "already-sent"],
      ["bert", "no-address"],
    ]);
    expect(await statesOf({ dryRun: true })).toEqual([
      ["anna", "already-sent"],
      ["bert", "no-address"],
    ]);
    expect(server.recipients).toEqual([["anna@example.org"]]);
    expect(server.mails[0]).toContain("Patchfenster");
    const log = readFileSync(join(directory, ".state", "mail-prod.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(log.map((line) => JSON.parse(line).state)).toEqual(["begun", "sent"]);
  });

  test("as people type it: --dry-run shows the mails, --json is for programs, and a failure is an exit code", async () => {
    vi.useFakeTimers({ now, toFake: ["Date"] });
    try {
      const type = async (...args: string[]) => {
        const context = recordingContext();
        await createProgram(context).parseAsync(["patch", "notify", directory, ...args], { from: "user" });
        return context;
      };
      const shown = (await type("--dry-run")).written.out;
      expect(shown).toMatch(/2026-11-25T02:00:00.000Z +nightly +anna +anna@example.org +due/);
      expect(shown).toContain("Guten Tag anna,");
      await server.close();
      const failed = await type("--json");
      expect(failed.exitCode).toBe(1);
      expect(JSON.parse(failed.written.out)).toMatchObject({
        ...{ ok: false, dryRun: false, failure: { code: "smtp-unreachable" } },
        notices: [
          { member: "anna", state: "not-sent", to: "anna@example.org" },
          { member: "bert", state: "no-address" },
        ],
      });
      expect(failed.written.out).not.toContain(testLogin.password);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ["mail.yaml", "no-mail"],
    ["Pulumi.prod.yaml", "no-config-value"],
  ])("says what to do without %s", async (file, code) => {
    rmSync(join(directory, file === "mail.yaml" ? "inventory" : "", file));
    const notified = notifyMembers(recordingContext(), { ...folder(), stack: "prod" }, {}, now);
    await expect(notified).rejects.toMatchObject({ name: "UserError", code });
  });
});

describe("after allmende patch run", () => {
  const run: StackPatchRun = {
    ...{ window: "nightly", occurrence: "nightly/2026-11-24T02:00[UTC]" },
    hosts: [{ host: "web1", state: "failed", error: new HostError("web1 is silent", { code: "host-not-back" }) }],
  };

  test("hostmasters get the result and an alert, once for the same result", async () => {
    const context = recordingContext();
    const first = await mailResults(context, folder(), [run]);
    if (first === undefined) throw new Error("nothing was mailed");
    expect(isDelivered(first)).toBe(true);
    expect(renderResultMail(first, context)).toBe("2 mails to hostmasters\n");
    expect(server.mails.map((text) => /^Subject: (.*(?:\r\n .*)*)/m.exec(text)?.[1])).toEqual([
      "[coop.prod] nightly: ALERT: web1 has not come back",
      "[coop.prod] nightly: 0 of 1 host done, 1 failed",
    ]);
    expect((await mailResults(context, folder(), [run]))?.deliveries.map(({ state }) => state)).toEqual([
      "already-sent",
      "already-sent",
    ]);
    expect(server.mails).toHaveLength(2);
  });

  test("as people type it: the mail goes out, and when it cannot, the result is shown all the same", async () => {
    // Without a key to log in with, the run fails at once, and reaches nobody.
    vi.stubEnv("SSH_AUTH_SOCK", undefined);
    const inputs = { name: "web1", address: "127.0.0.1", port: 1, hostKey, reserve: "512MiB" };
    const urn = "urn:pulumi:prod::coop::allmende:index:Host::web1";
    const resources = [{ urn, type: "allmende:index:Host", custom: true, id: "web1", inputs, outputs: inputs }];
    write({ ".state/.pulumi/stacks/coop/prod.json": JSON.stringify({ checkpoint: { latest: { resources } } }) });
    const type = async (reason: string) => {
      const context = recordingContext();
      const args = ["patch", "run", directory, "--emergency", "--by", "gerd", "--json", "--reason", reason];
      await createProgram(context).parseAsync(args, { from: "user" });
      return { exitCode: context.exitCode, shown: JSON.parse(context.written.out) };
    };
    const hosts = [{ host: "web1", state: "failed", error: { code: "user-key-missing" } }];
    const told = await type("one");
    expect(told).toMatchObject({ exitCode: 1, shown: { ok: false, runs: [{ hosts }] } });
    expect(told.shown.mail.mails).toMatchObject([
      { to: "root@coop.example", state: "sent" },
      { to: "root@coop.example", state: "sent", subject: "[coop.prod] nightly: 0 of 1 host done, 1 failed" },
    ]);
    expect(server.mails).toHaveLength(2);
    rmSync(join(directory, "Pulumi.prod.yaml"));
    vi.stubEnv("PULUMI_STACK", "prod");
    vi.useFakeTimers({ now: Date.now() + 5000, toFake: ["Date"] });
    try {
      expect(await type("two")).toMatchObject({
        shown: { runs: [{ hosts }], mail: { failure: { code: "no-config-value" } } },
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test("nobody is told when nothing ran, or nobody is declared", async () => {
    expect(await mailResults(recordingContext(), folder(), [])).toBeUndefined();
    rmSync(join(directory, "inventory/mail.yaml"));
    expect(await mailResults(recordingContext(), folder(), [run])).toBeUndefined();
  });
});
