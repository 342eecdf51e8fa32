import { expect, test } from "vitest";
import { judgeHolder, type Machine } from "./lock-holder.js";

const sinceMs = Date.parse("2026-11-24T01:17:00Z");
const holder = { pid: 123, user: "root", host: "web", sinceMs };
const machine = (changes: Partial<Machine> = {}): Machine => ({
  hostname: "web",
  seesAllProcesses: true,
  isShared: () => false,
  process: () => undefined,
  ...changes,
});
const found = (name: string, startedMs: number) => ({ process: () => ({ name, startedMs }) });

test.each<[string, Partial<Machine>, string]>([
  ["its process is gone", {}, "gone"],
  ["its process runs", found("pulumi", sinceMs - 1000), "running"],
  ["its process runs under another name", found("my-engine", sinceMs - 1000), "running"],
  ["its number belongs to a later process", found("nginx", sinceMs + 60_000), "gone"],
  [
    "a later process of its number is an engine, too, or the clock was set",
    found("pulumi", sinceMs + 60_000),
    "running",
  ],
  ["its process belongs to somebody else", { process: () => "hidden" }, "running"],
  ["it ran on another machine", { hostname: "other" }, "unknown"],
  ["other machines write to the same folder", { isShared: () => true }, "unknown"],
  ["this is a container", { seesAllProcesses: false }, "unknown"],
])("a lock's holder, when %s", (_, changes, state) => {
  expect(judgeHolder(holder, "/state/lock.json", machine(changes)).state).toBe(state);
});
