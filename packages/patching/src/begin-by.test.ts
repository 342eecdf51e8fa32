import { type PatchWindowInput, parsePatchWindow } from "@allmende/model";
import { expect, test } from "vitest";
import { beginByMs, tooNarrow } from "./begin-by.js";

const hosts = ["web1", "web2"].map((name) => ({ name, labels: {} })) as never;
const only = [{ name: "web1", labels: {} }] as never;
const minuteMs = 60_000;

function window(changes: Partial<PatchWindowInput> = {}) {
  const parsed = parsePatchWindow({
    ...{ name: "nightly", recurrence: "FREQ=DAILY", zone: "Europe/Berlin", start: "2026-12-01T02:00", duration: "3h" },
    ...{ updates: "security", reboot: "if-needed", hosts: "all", waves: [], concurrency: 1, errorThreshold: 0 },
    ...{ canary: { hosts: 1, soak: "20m" }, cutoff: { upgrade: "90m", restart: "45m", reboot: "30m" }, notice: "3d" },
    ...changes,
  } as PatchWindowInput);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  return parsed.value;
}

const opening = { startMs: 0, endMs: 180 * minuteMs };

test("the canary's soak counts, and the time before the end in which no upgrade begins", () => {
  expect(beginByMs(window(), hosts, opening)).toBe(70 * minuteMs);
  expect(tooNarrow(window(), hosts)).toBeUndefined();
});

test("nobody waits without a canary, and for hosts that are not there", () => {
  expect(beginByMs(window({ canary: "none" }), hosts, opening)).toBeUndefined();
  expect(beginByMs(window(), only, opening)).toBeUndefined();
  expect(tooNarrow(window({ canary: { hosts: 1, soak: "2h" } }), only)).toBeUndefined();
});

test("a window whose soak and cutoff leave no room for the others is too narrow, with the numbers", () => {
  expect(tooNarrow(window({ canary: { hosts: 1, soak: "90m" } }), hosts)).toBe(
    "takes 90m of 3h, in the last 90m of them no upgrade begins (cutoff.upgrade): even a run that begins as the window opens cannot begin the hosts after the canary",
  );
});
