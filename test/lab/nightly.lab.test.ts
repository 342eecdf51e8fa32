import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Lab } from "@allmende/lab";
import {
  CalendarServer,
  calendarOf,
  makeCertificate,
  startSmtpServer,
  type TestSmtpServer,
} from "@allmende/patching/testing";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { type Forge, shellSteps } from "../unit/workflows/workflow-files.js";
import { alpha, installAlpha, versionOf } from "./patch/alpha.js";
import { clearHost, succeed } from "./patch/repository.js";
import { projectDirectory } from "./support/paths.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;
let smtp: TestSmtpServer;
/** Of days without patching, none of which is now. */
let calendars: CalendarServer;
/** What a runner checks out: all that git knows, and the cooperative's stack; nothing that was built. */
let checkout: string;

const advisory = JSON.stringify({
  alpha: {
    "CVE-2026-0001": { releases: { trixie: { status: "resolved", fixed_version: "1.1", urgency: "high" } } },
  },
});

beforeAll(async () => {
  lab = await testLab();
  calendars = new CalendarServer(calendarOf("20200101"));
  const blackouts = [{ url: `${await calendars.listen()}/`, maxAge: "1d" }];
  smtp = await startSmtpServer(makeCertificate(), { authOptional: true });
  await clearHost(lab, "web1", "alpha");
  stack = new TestStack("nightly", lab);
  stack.hosts({ web1: { patching: { expectEveryDays: 8 } }, web2: null });
  stack.member("nora", { number: 1400, email: "nora@example.org" });
  stack.service("nora-site", {
    ...{ member: "nora", host: "web1", image: `${registry}/static-site:1`, ram: "32MiB" },
    ...{ ports: { web: "8075:8080" }, health: { http: "/", port: "web" } },
  });
  write(stack.directory, "inventory/windows.yaml", { always: { ...window(), blackouts } });
  write(stack.directory, "inventory/mail.yaml", {
    ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example" },
    ...{ hostmasters: ["root@coop.example"], language: "en" },
    smtp: { host: "127.0.0.1", port: smtp.port, tls: "none" },
  });
  expect(failuresOf(await stack.up())).toBe("");
  await installAlpha(lab, "web1", alpha("1.1"));
  checkout = await checkOut();
});

afterAll(async () => {
  await stack?.destroy();
  await smtp?.close();
  await calendars?.close();
  if (lab) await clearHost(lab, "web1", "alpha");
  if (checkout) rmSync(checkout, { recursive: true });
});

beforeEach(() => keepEvidence(lab));

/** Open since half an hour ago, and again in a day: of that members are told now. */
function window() {
  const start = new Date(Date.now() - 1_800_000).toISOString().slice(0, 16);
  return {
    ...{ recurrence: "FREQ=DAILY", zone: "UTC", start, duration: "4h", updates: "security", reboot: "never" },
    ...{ hosts: "all", waves: [], canary: "none", concurrency: 1, errorThreshold: 0, notice: "1d" },
    cutoff: { upgrade: "30m", restart: "20m", reboot: "10m" },
  };
}

function write(folder: string, path: string, content: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === "string" ? content : stringify(content));
}

async function checkOut(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "allmende-checkout-"));
  const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: projectDirectory,
  });
  for (const path of stdout.split("\n")) cpSync(join(projectDirectory, path), join(directory, path));
  // Without its package.json: the lock file, which CI does not change, knows nothing of this stack.
  for (const path of ["Pulumi.yaml", "Pulumi.test.yaml", "index.ts", "inventory"])
    cpSync(join(stack.directory, path), join(directory, "stacks/coop", path), { recursive: true });
  write(directory, "stacks/coop/Pulumi.test.yaml", { config: {} });
  write(directory, "security-data.json", advisory);
  return directory;
}

/** Runs the shell of a forge's workflow as its runner does: nothing from this process but where programs are. */
async function runWorkflow(forge: Forge, inputs: { what?: string; reason?: string; by?: string } = {}) {
  const key = readFileSync(lab.host("web1").privateKeyPath, "utf8");
  const secrets = {
    PULUMI_BACKEND_URL: `file://${stack.directory}/.state`,
    PULUMI_ACCESS_TOKEN: "",
    PULUMI_CONFIG_PASSPHRASE: readFileSync(join(stack.directory, ".state/passphrase"), "utf8").trim(),
    SSH_PRIVATE_KEY: key.trim(),
  };
  const { what = "", reason = "", by = "" } = inputs;
  const values = {
    ...{ "inputs.what": what, "inputs.reason": reason, "inputs.window": "", "inputs.by || github.actor": by },
    "vars.PULUMI_BACKEND_URL": secrets.PULUMI_BACKEND_URL,
    ...Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`secrets.${name}`, value])),
  };
  const settings =
    forge === "gitlab" ? { ...secrets, WHAT: what, REASON: reason, BY: by, GITLAB_USER_NAME: "gerd" } : {};
  const { PATH = "", HOME = "" } = process.env;
  const base = { PATH, HOME, CI: "true", ...settings };
  const outputs: string[] = [];
  for (const { script, environment } of shellSteps(forge, values)) {
    const env = { ...base, ...environment, ALLMENDE_VULNERABILITIES: join(checkout, "security-data.json") };
    const result = await execa("bash", ["-e", "-o", "pipefail", "-c", script], {
      ...{ cwd: checkout, env, extendEnv: false, reject: false, all: true, stdin: "ignore" },
    });
    outputs.push(result.all);
    if (result.exitCode !== 0) return { exitCode: result.exitCode, output: outputs.join("\n") };
  }
  return { exitCode: 0, output: outputs.join("\n") };
}

const kept = (name: string) => JSON.parse(readFileSync(join(checkout, "nightly", name), "utf8"));
/** What a next runner finds: a fresh checkout, and what the forge kept for it. */
const newRunner = () => rmSync(join(checkout, "stacks/coop/.state"), { recursive: true });
const tellsOf = async () => {
  const result = await lab.run("web1", ["sh", "/etc/allmende/patch-expected.sh"]);
  return { exitCode: result.exitCode, text: result.stdout };
};

test("a night: members told, the open window's host patched, a report kept; no secret is anywhere in it", async () => {
  expect((await tellsOf()).text).toContain("none has since that is expected");
  const { exitCode, output } = await runWorkflow("github");
  expect([exitCode, exitCode === 0 ? "" : output]).toEqual([0, ""]);
  expect(await versionOf(lab, "web1")).toContain("1.1 ");
  expect(kept("notify.json")).toMatchObject({ ok: true, notices: [{ member: "nora", state: "sent" }] });
  expect(kept("run.json")).toMatchObject({
    ok: true,
    runs: [{ window: "always", hosts: [{ host: "web1", state: "done" }] }],
  });
  expect(kept("report.json")).toMatchObject({ ok: true });
  expect(readFileSync(join(checkout, "nightly/report.html"), "utf8")).toContain("CVE-2026-0001");
  expect(smtp.recipients).toEqual([["nora@example.org"], ["root@coop.example"]]);
  const passphrase = readFileSync(join(stack.directory, ".state/passphrase"), "utf8").trim();
  const files = readdirSync(join(checkout, "nightly")).map((name) =>
    readFileSync(join(checkout, "nightly", name), "utf8"),
  );
  for (const text of [output, ...files]) {
    expect(text).not.toContain(passphrase);
    expect(text).not.toContain("PRIVATE KEY");
  }
  expect((await tellsOf()).text).toMatch(
    /^<6>patch runs reach this host: the last was \S+ of nightly\.test on \S+, outcome: done\n$/,
  );
});

test("the next runner, on another forge, does nothing twice, and goes by the last copy of a calendar that cannot be read", async () => {
  newRunner();
  calendars.answer = (_, response) => response.writeHead(503).end();
  const mails = smtp.mails.length;
  const { exitCode, output } = await runWorkflow("gitlab");
  expect([exitCode, exitCode === 0 ? "" : output]).toEqual([0, ""]);
  expect(kept("notify.json").notices).toMatchObject([{ member: "nora", state: "already-sent" }]);
  expect(output).toMatch(/always\.blackouts\[0\]\.url .*503.*: its last copy is .* old and counts/);
  expect(kept("run.json").runs).toMatchObject([{ hosts: [{ host: "web1", state: "done" }] }]);
  expect(smtp.mails).toHaveLength(mails);
});

test("without its memory a runner leaves that window closed, fails, and tells hostmasters once", async () => {
  newRunner();
  rmSync(join(checkout, "nightly-memory/calendars"), { recursive: true });
  const mails = smtp.mails.length;
  expect((await runWorkflow("github")).exitCode).toBe(7);
  expect(kept("run.json")).toMatchObject({ ok: false, runs: [], lost: [{ window: "always" }] });
  expect(kept("report.json")).toMatchObject({ ok: true });
  newRunner();
  expect((await runWorkflow("forgejo")).exitCode).toBe(7);
  expect(smtp.recipients.slice(mails)).toEqual([["root@coop.example"]]);
  expect(smtp.mails.at(-1)).toContain("ALERT: not opened");
});

test("an emergency by hand needs a reason, and records who decided", async () => {
  expect(await runWorkflow("forgejo", { what: "emergency", by: "gerd" })).toMatchObject({ exitCode: 2 });
  expect(kept("run.json")).toMatchObject({ ok: false, error: { code: "bad-emergency" } });
  // What is typed into the form is text, whatever it looks like.
  const reason = `$(touch ${checkout}/owned) "quoted"; --json`;
  const { exitCode, output } = await runWorkflow("forgejo", { what: "emergency", by: "gerd", reason });
  expect([exitCode, exitCode === 0 ? "" : output]).toEqual([0, ""]);
  expect(kept("run.json").runs[0].hosts[0].run.emergency).toEqual({ by: "gerd", reason });
  expect(readdirSync(checkout)).not.toContain("owned");
});

test("the host tells in its journal when runs stay away, every day; and no more when none is expected", async () => {
  await succeed(lab, "web1", [
    "sh",
    "-c",
    "touch -d '9 days ago' /etc/allmende/patch-expected && rm -rf /var/lib/allmende/patch",
  ]);
  expect((await succeed(lab, "web1", ["systemctl", "is-active", "allmende-patch-expected.timer"])).trim()).toBe(
    "active",
  );
  await lab.run("web1", ["systemctl", "start", "allmende-patch-expected.service"]);
  const journal = ["journalctl", "-p", "err", "-t", "allmende-patch-expected", "-o", "cat", "--no-pager"];
  expect(await succeed(lab, "web1", journal)).toContain(
    "no patch run has reached this host for 9 days, one is expected every 8",
  );
  stack.hosts({ web2: null });
  expect(failuresOf(await stack.up())).toBe("");
  const left = await lab.run("web1", [
    "sh",
    "-c",
    "systemctl list-units --all --plain --no-legend 'allmende-*'; ls -d /etc/allmende",
  ]);
  expect(left.stdout).toBe("");
});
