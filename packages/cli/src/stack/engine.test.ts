import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { upCommand } from "../commands/up.js";
import type { Context } from "../context.js";
import { recordingContext } from "../testing.js";
import { readStackFolder } from "./folder.js";
import { runStack } from "./run.js";

// The real engine, a program without any provider, state in a folder of its own.
let root: string;
const before = { ...process.env };
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "allmende-engine-"));
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  mkdirSync(join(root, "node_modules", "@pulumi"), { recursive: true });
  symlinkSync(sdk, join(root, "node_modules", "@pulumi", "pulumi"));
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "tried", type: "module" }));
  writeFileSync(join(root, "Pulumi.yaml"), "name: tried\nruntime: nodejs\nbackend: { url: 'file://./.state' }\n");
  process.env["PULUMI_HOME"] = join(root, "home");
});
afterAll(() => {
  process.env = before;
  rmSync(root, { recursive: true, force: true });
});

function write(program: string): void {
  writeFileSync(
    join(root, "index.mjs"),
    `import { ComponentResource, secret } from "@pulumi/pulumi";
     class Thing extends ComponentResource { constructor(name) { super("try:index:Thing", name, {}); this.registerOutputs({}); } }
     ${program}`,
  );
}

test("a program is brought up, changed and taken down; its outputs and what it did are told", {
  timeout: 120_000,
}, async () => {
  write(`new Thing("one"); export const here = process.cwd(); export const word = secret("hunter2");`);
  const context = recordingContext();
  const folder = readStackFolder(root, "tried", {});
  const directory = process.cwd();
  const up = await runStack(context, folder, "up", {});
  expect(up.changes).toEqual({ create: 2 });
  expect(up.outputs).toEqual({ here: root, word: "[secret]" });
  expect(process.cwd()).toBe(directory);
  expect(context.written.out).toContain("+ try:index:Thing one created");
  expect(readFileSync(join(root, ".state/.pulumi/stacks/tried/tried.json"), "utf8")).not.toContain("hunter2");

  write(`new Thing("two"); export const word = "shown";`);
  const detailed = recordingContext();
  await runStack(detailed, folder, "preview", { diff: true });
  // Property by property, as on a terminal, but without its colours.
  expect(detailed.written.out).toMatch(/\+ try:index:Thing: \(create\)\s+\[urn=[^\]]+::two\]/);
  expect(detailed.written.out).toMatch(/word *: .*"shown"/);
  expect(detailed.written.out).not.toContain("\u001b");
  const again = await runStack(context, folder, "preview", { json: true });
  expect(again.changes).toMatchObject({ create: 1, delete: 1, same: 1 });

  const only = await runStack(recordingContext(), folder, "up", { targets: ["two"] });
  expect(only.changes).toMatchObject({ create: 1 });
  for (const target of ["tow", "urn:pulumi:tried::tried::try:index:Thing::tow"]) {
    await expect(runStack(recordingContext(), folder, "up", { targets: [target] })).rejects.toMatchObject({
      code: "unknown-target",
      message: `the stack has no resource ${target} (did you mean "two"?)`,
      nextStep: "name one of: two",
    });
  }
  // A name mistyped is refused before anything else; one that only the program has is found by a preview.
  const refused = recordingContext();
  const upOf = (of: Context, ...words: string[]) =>
    upCommand(of)
      .exitOverride()
      .parseAsync([root, "--stack", "tried", "--yes", ...words], { from: "user" });
  await expect(upOf(refused, "--target", "two", "--target", "oen")).rejects.toMatchObject({
    code: "unknown-target",
    message: 'the stack has no resource oen (did you mean "one"?)',
  });
  expect(refused.written.out).toBe("");
  const stateFile = join(root, ".state/.pulumi/stacks/tried/tried.json");
  const resources = () => JSON.parse(readFileSync(stateFile, "utf8")).checkpoint.latest.resources.length;
  const count = resources();
  write(`new Thing("two"); new Thing("three"); export const word = "shown";`);
  const found = recordingContext();
  await upOf(found, "--target", "three");
  expect(found.written.out).toContain("three created");
  expect(resources()).toBe(count + 1);
  const down = await runStack(context, folder, "destroy", {});
  expect(down.changes).toEqual({ delete: 4 });
});

test("a stack whose name was mistyped is not made beside the others", async () => {
  writeFileSync(join(root, "Pulumi.tried.yaml"), "config: {}\n");
  const mistyped = readStackFolder(root, "treid", {});
  await expect(runStack(recordingContext(), mistyped, "up", {})).rejects.toMatchObject({ code: "unknown-stack" });
  expect(existsSync(join(root, ".state/.pulumi/stacks/tried/treid.json"))).toBe(false);
});

test("what a program throws comes out as it was thrown", { timeout: 60_000 }, async () => {
  write(`throw Object.assign(new Error("no such host: web9"), { code: "unknown-host" });`);
  const run = runStack(recordingContext(), readStackFolder(root, "tried", {}), "preview", {});
  await expect(run).rejects.toMatchObject({ message: "no such host: web9", code: "unknown-host" });
});
