import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { makeCertificate, startSmtpServer, type TestSmtpServer } from "@allmende/patching/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { projectDirectory } from "../support/paths.js";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { failuresOf, operationsOf, TestStack } from "../support/test-stack.js";
import { alpha, installAlpha, versionOf } from "./alpha.js";
import { clearHost } from "./repository.js";
import { declareWindow, patch } from "./window-stack.js";

let lab: Lab;
/** The stack that the hosts belong to, and the one of stacks/patch beside it. */
let stack: TestStack;
let patching: TestStack;
let smtp: TestSmtpServer;
const hourMs = 3_600_000;

beforeAll(async () => {
  lab = await testLab();
  smtp = await startSmtpServer(makeCertificate(), { authOptional: true });
  stack = new TestStack("both-ways", lab);
  stack.hosts({ web2: null });
  const mail = {
    ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example" },
    ...{ hostmasters: ["root@coop.example"], language: "en" },
    smtp: { host: "127.0.0.1", port: smtp.port, tls: "none" },
  };
  writeFileSync(join(stack.directory, "inventory/mail.yaml"), stringify(mail));
  patching = new TestStack("both-ways-patch", lab);
  const program = readFileSync(join(projectDirectory, "stacks/patch/index.ts"));
  writeFileSync(join(patching.directory, "index.ts"), program);
  const config = {
    "allmende:privateKeyFile": lab.hosts[0]?.privateKeyPath,
    "both-ways-patch:inventory": "../both-ways/inventory",
    "both-ways-patch:runsAs": "both-ways.test",
  };
  writeFileSync(join(patching.directory, "Pulumi.test.yaml"), stringify({ config }));
  await clearHost(lab, "web1", "alpha");
  open(1);
  expect(failuresOf(await stack.up())).toBe("");
});

afterAll(async () => {
  await patching?.destroy();
  await stack?.destroy();
  await smtp?.close();
  if (lab) await clearHost(lab, "web1", "alpha");
});

beforeEach(() => keepEvidence(lab));

/** Another opening, which began so many hours ago. */
function open(hours: number): void {
  declareWindow(stack, Date.now() - hours * hourMs, { canary: "none" });
}

const version = async () => (await versionOf(lab, "web1")).split(" ")[0];
const subjects = () => smtp.mails.splice(0).map((text) => /^Subject: (.*)/m.exec(text)?.[1]?.trim());
const told = ["[both-ways.test] nightly: 1 of 1 host done"];

test("what stacks/patch has done, `allmende patch run` finds done, and tells nobody again", async () => {
  await installAlpha(lab, "web1", alpha("1.1"));
  const run = await patching.up();
  expect(failuresOf(run)).toBe("");
  expect(run.text).toContain("1 mail to hostmasters");
  expect([await version(), subjects()]).toEqual(["1.1", told]);

  const { document, stderr } = await patch(stack, "run");
  expect(document).toMatchObject({
    ok: true,
    runs: [{ hosts: [{ host: "web1", state: "done", isEarlier: true }] }],
    mail: { mails: [{ state: "already-sent" }] },
  });
  expect(stderr).toContain("web1: already done");
  expect(subjects()).toEqual([]);
});

test("and the other way", async () => {
  await installAlpha(lab, "web1", alpha("2.0"));
  open(2);
  const { document } = await patch(stack, "run");
  expect(document).toMatchObject({ ok: true, runs: [{ hosts: [{ host: "web1", state: "done" }] }] });
  expect(document.runs[0].hosts[0]).not.toHaveProperty("isEarlier");
  expect([await version(), subjects()]).toEqual(["2.0", told]);

  const run = await patching.up();
  expect(failuresOf(run)).toBe("");
  // The state learns of it.
  expect(operationsOf(run)).toMatchObject({ "nightly-web1": "update" });
  expect(run.text).toMatch(/nightly\/.* is over on web1, already done: by .*\. Nothing was done now\./);
  expect(subjects()).toEqual([]);
});
