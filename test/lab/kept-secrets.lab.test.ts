import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asMember } from "./support/as-member.js";
import { RequestsRepository } from "./support/requests-repository.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;
let repository: RequestsRepository;

const kira = { name: "Kira", email: "kira@example.org" };
const bert = { name: "Bert", email: "bert@example.org" };
const today = new Date().toISOString().slice(0, 10);
const settings = "Pulumi.test.yaml";

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("kept-secrets", lab);
  stack.hosts({ web2: null });
  stack.member("kira", { number: 1261, email: kira.email });
  stack.member("bert", { number: 1202, email: bert.email });
  repository = await RequestsRepository.begin(stack.directory, bert);
});

afterAll(async () => {
  await stack?.destroy();
});

beforeEach(() => keepEvidence(lab));

/** As a runner does it: the configuration is what was committed, without any password. */
async function applyInFreshCheckout() {
  await repository.git(bert, "checkout", "-q", "--", settings);
  return await repository.allmende("request", "apply");
}

async function ask(branch: string, ...args: readonly string[]): Promise<string> {
  const id = await repository.ask(kira, branch, ...args, "--date", today);
  await repository.merge(bert, branch, `Approved-by: ${bert.name} <${bert.email}>`);
  return id;
}

const inCache = async (script: string) =>
  await lab.run("web1", asMember("kira", 21261, ["podman", "exec", "kira-cache", "sh", "-c", script]));
const redis = 'REDISCLI_AUTH="$(cat /run/secrets/REDIS_PASSWORD)" redis-cli';

test("a service whose password is not made yet can be previewed, and only that: nothing is written", async () => {
  const template = ["redis", "--member", "kira", "--service", "kira-cache", "--host", "web1"];
  await ask("cache", "request", "new", ...template, "--set", `image=${registry}/redis:8`, "--set", "ram=48MiB");
  const planned = await stack.preview();
  expect([planned.exitCode, planned.exitCode === 0 ? "" : planned.text]).toEqual([0, ""]);
  expect(planned.steps.map(({ name }) => name)).toContain("kira-cache");
  expect(readFileSync(join(stack.directory, settings), "utf8")).not.toContain("kira-cache");
  const refused = await stack.up();
  expect(refused.exitCode).toBe(2);
  expect(refused.text).toContain("request apply makes it");
});

test("a checkout without the password previews the running service, which stays as it is", async () => {
  const { exitCode, document, text } = await applyInFreshCheckout();
  expect([exitCode, exitCode === 0 ? "" : text]).toEqual([0, ""]);
  expect(document.madeSecrets).toEqual(["kira.kira-cache.password"]);
  expect((await inCache(`${redis} SET kept here && ${redis} SAVE`)).stdout).toContain("OK");
  await repository.git(bert, "checkout", "-q", "--", settings);
  const planned = await stack.preview();
  expect([planned.exitCode, planned.exitCode === 0 ? "" : planned.text]).toEqual([0, ""]);
  expect(Object.keys(planned.changes)).toEqual(["same"]);
  expect((await stack.up()).changes).toEqual(planned.changes);
});

test("its end, taken back from such checkouts, gives the same password to the same data", async () => {
  const passwordOf = async () => (await inCache("cat /run/secrets/REDIS_PASSWORD")).stdout.trim();
  const password = await passwordOf();
  const ended = await ask("end", "request", "new", "--end", "kira-cache");
  expect((await applyInFreshCheckout()).exitCode).toBe(0);
  expect((await inCache("true")).exitCode).not.toBe(0);
  // A run of something else in between keeps it.
  expect((await applyInFreshCheckout()).exitCode).toBe(0);
  expect(stack.stateText()).not.toContain(password);
  await ask("again", "revert", ended);
  const { exitCode, document, text } = await applyInFreshCheckout();
  expect([exitCode, exitCode === 0 ? "" : text]).toEqual([0, ""]);
  expect(document.madeSecrets).toEqual([]);
  expect(await passwordOf()).toBe(password);
  expect((await inCache(`${redis} GET kept`)).stdout.trim()).toBe("here");
});
