import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readStackFolder } from "../stack/folder.js";
import { runStack } from "../stack/run.js";
import { recordingContext } from "../testing.js";
import { lastAppliedMs, lastInHistoryMs } from "./last-applied.js";

test("when a stack was last brought up is known from any backend's history, also when it failed", {
  timeout: 60_000,
}, async () => {
  const root = mkdtempSync(join(tmpdir(), "allmende-applied-"));
  vi.stubEnv("PULUMI_HOME", join(root, "home"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true, force: true });
  });
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  mkdirSync(join(root, "node_modules/@pulumi"), { recursive: true });
  symlinkSync(sdk, join(root, "node_modules/@pulumi/pulumi"));
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "tried", type: "module" }));
  writeFileSync(join(root, "Pulumi.yaml"), "name: tried\nruntime: nodejs\nbackend: { url: 'file://./.state' }\n");
  const write = (program: string) => writeFileSync(join(root, "index.mjs"), program);
  write('import "@pulumi/pulumi"; export const word = 1;');
  const folder = readStackFolder(root, "tried", {});
  expect(await lastAppliedMs(folder)).toBeUndefined();
  expect(await lastInHistoryMs(folder)).toBeUndefined();

  // Backends keep whole seconds.
  const second = (ms = 0) => Math.floor(ms / 1000);
  const before = second(Date.now());
  await runStack(recordingContext(), folder, "up", {});
  const first = second(await lastInHistoryMs(folder));
  expect(first).toBeGreaterThanOrEqual(before);
  expect(second(await lastAppliedMs(folder))).toBeGreaterThanOrEqual(before);
  await vi.waitUntil(() => second(Date.now()) > first, 2000);
  await runStack(recordingContext(), folder, "preview", {});
  expect(second(await lastInHistoryMs(folder))).toBe(first);

  write('import "@pulumi/pulumi"; throw new Error("broken");');
  await expect(runStack(recordingContext(), folder, "up", {})).rejects.toThrow(/broken/);
  expect(second(await lastInHistoryMs(folder))).toBeGreaterThan(first);
});
