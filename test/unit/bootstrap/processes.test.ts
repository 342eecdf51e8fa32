import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fillCache } from "../../../packages/cli/bootstrap/cache.mjs";
import { handOver, run } from "../../../packages/cli/bootstrap/processes.mjs";
import { findPulumi } from "../../../packages/cli/bootstrap/tools.mjs";

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "allmende-cache-"));
  vi.stubEnv("ALLMENDE_CACHE", cache);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

describe("fillCache", () => {
  it("puts a complete directory in its place", async () => {
    const path = await fillCache("tool/1", async (to) => writeFileSync(join(to, "program"), "new"));
    expect(path).toBe(join(cache, "tool/1"));
    expect(readFileSync(join(path, "program"), "utf8")).toBe("new");
    expect(readdirSync(cache)).toEqual(["tool"]);
  });

  it("leaves nothing, and the old one untouched, when filling fails", async () => {
    await fillCache("tool/1", async (to) => writeFileSync(join(to, "program"), "old"));
    const failing = fillCache("tool/1", async (to) => {
      writeFileSync(join(to, "program"), "half");
      throw new Error("cut off");
    });
    await expect(failing).rejects.toThrow("cut off");
    expect(readFileSync(join(cache, "tool/1/program"), "utf8")).toBe("old");
    expect(readdirSync(cache)).toEqual(["tool"]);
  });

  it("removes what a killed run left, but not what a living one is at", async () => {
    const dead = spawn("true");
    await once(dead, "exit");
    mkdirSync(join(cache, `.partial-tool-1-${dead.pid}`));
    mkdirSync(join(cache, `.partial-other-1-${process.ppid}`));
    await fillCache("tool/1", async () => {});
    expect(readdirSync(cache).sort()).toEqual([`.partial-other-1-${process.ppid}`, "tool"]);
  });
});

describe("an interrupt", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("by %s ends grandchildren, cleans up and says so", async (signal) => {
    const fixture = fileURLToPath(new URL("fixtures/interruptible.mjs", import.meta.url));
    const child = spawn(process.execPath, [fixture], { stdio: ["ignore", "pipe", "pipe"] });
    const exit = once(child, "exit");
    const stderr: string[] = [];
    child.stderr.on("data", (text) => stderr.push(String(text)));
    const [line] = await once(createInterface(child.stdout), "line");
    const sleeper = Number(/^pid (\d+)$/.exec(line)?.[1]);
    expect(isRunning(sleeper)).toBe(true);
    expect(readdirSync(cache)).toHaveLength(1);

    child.kill(signal);
    expect(await exit).toEqual([130, null]);
    expect(stderr.join("")).toContain(`Interrupted by ${signal}.`);
    await vi.waitFor(() => expect(isRunning(sleeper)).toBe(false));
    expect(existsSync(join(cache, "thing"))).toBe(false);
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe("handOver", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("passes %s on and returns the program's own exit code", async (signal) => {
    const fixture = fileURLToPath(new URL("fixtures/handing-over.mjs", import.meta.url));
    const child = spawn(process.execPath, [fixture], { stdio: ["ignore", "pipe", "inherit"] });
    const exit = once(child, "exit");
    const lines = createInterface(child.stdout);
    expect(await once(lines, "line")).toEqual(["ready"]);
    child.kill(signal);
    expect(await once(lines, "line")).toEqual(["cleaning up"]);
    expect(await exit).toEqual([7, null]);
  });

  it("ends a program at its deadline and says so", async () => {
    expect(await handOver("sleep", ["300"], { deadlineMs: 50 })).toEqual({ exitCode: 143, timedOut: true });
  });
});

describe("run", () => {
  it("tells what failed and shows the end of its output", async () => {
    const failing = run("sh", ["-c", "echo working; echo broken >&2; exit 4"]);
    await expect(failing).rejects.toMatchObject({
      message: expect.stringContaining("exit code 4"),
      output: expect.stringMatching(/^(working\nbroken|broken\nworking)\n$/),
    });
  });

  it("ends a program that takes too long", async () => {
    await expect(run("sleep", ["300"], { timeoutMs: 50 })).rejects.toThrow("sleep took longer than 0.05 s");
  });

  it("says which program is missing", async () => {
    await expect(run("no-such-program", [])).rejects.toThrow("no-such-program cannot be started");
  });
});

describe("findPulumi", () => {
  const place = (directory: string, version: string) => {
    mkdirSync(directory, { recursive: true });
    const path = join(directory, "pulumi");
    writeFileSync(path, `#!/bin/sh\necho "${version}"\n`, { mode: 0o755 });
    return path;
  };

  it("takes the one on PATH when its version suits, else the cached one, else none", async () => {
    vi.stubEnv("PATH", `${join(cache, "bin")}:/usr/bin:/bin`);
    place(join(cache, "bin"), "v3.100.0");
    expect(await findPulumi()).toBeUndefined();
    const cached = place(join(cache, "pulumi/3.255.0"), "v3.255.0");
    expect(await findPulumi()).toBe(cached);
    const onPath = place(join(cache, "bin"), "v3.255.1");
    expect(await findPulumi()).toBe(onPath);
  });
});

function isRunning(pid: number): boolean {
  try {
    // A zombie is no longer running, though its entry remains until somebody reaps it.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
