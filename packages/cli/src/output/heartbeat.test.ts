import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startHeartbeat } from "./heartbeat.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("says every half minute what is under way, and nothing once it is stopped", () => {
  const said: string[] = [];
  const heartbeat = startHeartbeat((line) => said.push(line));
  vi.advanceTimersByTime(29_000);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1000);
  for (const name of ["anna-blog", "bruno-db", "clara-site", "dilan-db"]) heartbeat.note(name, "starting");
  heartbeat.note("anna-blog", "it does not start");
  heartbeat.done("bruno-db");
  heartbeat.note("emil-wiki", "pulling r.example.org/wiki:1");
  vi.advanceTimersByTime(30_000);
  heartbeat.stop();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([
    "… 30.0 s  at work\n",
    "… 60.0 s  anna-blog: it does not start; clara-site: starting; dilan-db: starting; 1 more is at work\n",
  ]);
});
