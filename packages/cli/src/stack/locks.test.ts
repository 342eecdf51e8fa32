import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";
import { readStackFolder } from "./folder.js";
import { findLocks } from "./locks.js";

let root: string;
let locks: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "allmende-locks-"));
  locks = join(root, ".state", ".pulumi", "locks", "organization", "shop", "prod");
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\nbackend: { url: 'file://./.state' }\n");
  writeFileSync(join(root, "Pulumi.prod.yaml"), "config: {}\n");
  writeFileSync(join(root, "index.ts"), "");
});
afterEach(() => rmSync(root, { recursive: true }));

const timestamp = "2026-11-24T01:17:00Z";
const lock = (name: string, content: object | string) =>
  writeFileSync(join(locks, `${name}.json`), typeof content === "string" ? content : JSON.stringify(content));
const isThere = (name: string) => existsSync(join(locks, `${name}.json`));

async function unlock(...args: string[]) {
  const context = recordingContext();
  await createProgram(context).parseAsync(["unlock", root, ...args], { from: "user" });
  return { exitCode: context.exitCode, out: context.written.out };
}

test("a stack that nobody holds is not locked", async () => {
  expect(await unlock()).toEqual({ exitCode: 0, out: "the stack is not locked\n" });
});

test("what is not known to be gone stays, and it is said why", async () => {
  lock("elsewhere", { pid: 12, username: "ci", hostname: "runner-7", timestamp });
  lock("broken", "{");
  lock("running", { pid: process.pid, username: "root", hostname: hostname(), timestamp: new Date().toISOString() });
  const { exitCode, out } = await unlock();
  expect(exitCode).toBe(1);
  expect(out).toContain(
    "elsewhere of ci@runner-7 (process 12), since 2026-11-24T01:17:00.000Z: it is not known from here",
  );
  expect(out).toContain("--gone elsewhere --by NAME --reason TEXT");
  expect(out).toContain(`running of root@${hostname()} (process ${process.pid})`);
  expect(out).not.toContain("--gone running");
  expect(out).toContain("lock broken");
  expect(["elsewhere", "broken", "running"].filter(isThere)).toHaveLength(3);
});

test("somebody may vouch, by name and with a reason, which are recorded; never for one that runs", async () => {
  lock("elsewhere", { pid: 12, username: "ci", hostname: "runner-7", timestamp });
  lock("running", { pid: process.pid, username: "root", hostname: hostname(), timestamp: new Date().toISOString() });
  await expect(unlock("--gone", "elsewhere")).rejects.toMatchObject({ code: "bad-unlock" });
  await expect(unlock("--by", "gerd", "--reason", "x")).rejects.toMatchObject({ code: "bad-unlock" });
  const word = ["--by", "gerd", "--reason", "runner-7 was deleted"];
  await expect(unlock("--gone", "running", ...word)).rejects.toMatchObject({ code: "lock-in-use" });
  await expect(unlock("--gone", "other", ...word)).rejects.toMatchObject({ code: "no-such-lock" });
  expect((await unlock("--gone", "elsewhere", "--dry-run", ...word)).out).toContain("stale: elsewhere");
  expect(isThere("elsewhere")).toBe(true);
  expect((await unlock("--gone", "elsewhere", ...word)).out).toContain("took away: elsewhere");
  expect([isThere("elsewhere"), isThere("running")]).toEqual([false, true]);
  const recorded = JSON.parse(readFileSync(join(root, ".state", "unlocks-prod.jsonl"), "utf8"));
  expect(recorded).toMatchObject({
    lock: "elsewhere",
    by: "gerd",
    reason: "runner-7 was deleted",
    holder: { pid: 12 },
  });
});

test("what the run had begun is told with its lock", async () => {
  const urn = "urn:pulumi:prod::shop::allmende:index:Service::anna-blog";
  const latest = { resources: [], pending_operations: [{ type: "creating", resource: { urn } }] };
  mkdirSync(join(root, ".state/.pulumi/stacks/shop"), { recursive: true });
  writeFileSync(join(root, ".state/.pulumi/stacks/shop/prod.json"), JSON.stringify({ checkpoint: { latest } }));
  lock("elsewhere", { pid: 12, username: "ci", hostname: "runner-7", timestamp });
  const { out } = await unlock("--gone", "elsewhere", "--by", "gerd", "--reason", "runner-7 was deleted");
  expect(out).toContain("cut off in the middle of 1 operation:\n  creating allmende:index:Service anna-blog\n");
});

test("where the state is elsewhere, nothing is known, and it is said what to do", async () => {
  writeFileSync(join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\nbackend: { url: 's3://coop-state' }\n");
  expect(findLocks(readStackFolder(root))).toBeUndefined();
  await expect(unlock()).rejects.toMatchObject({
    code: "locks-elsewhere",
    nextStep: expect.stringContaining("pulumi cancel"),
  });
});
