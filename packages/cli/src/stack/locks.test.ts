import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dropStaleLocks } from "./locks.js";

test("a lock goes when its process is gone, and stays when it runs or belongs to another machine", () => {
  const root = mkdtempSync(join(tmpdir(), "allmende-locks-"));
  const directory = join(root, ".pulumi", "locks", "organization", "shop", "prod");
  mkdirSync(directory, { recursive: true });
  // Above the kernel's highest pid: nobody has it.
  const locks = {
    gone: { pid: 4_194_305, hostname: hostname() },
    running: { pid: process.pid, hostname: hostname() },
    elsewhere: { pid: 4_194_305, hostname: "other" },
  };
  for (const [name, lock] of Object.entries(locks))
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(lock));
  writeFileSync(join(directory, "broken.json"), "{");
  expect(dropStaleLocks(root, "shop", "prod")).toBe(1);
  expect(
    ["gone", "running", "elsewhere", "broken"].filter((name) => existsSync(join(directory, `${name}.json`))),
  ).toEqual(["running", "elsewhere", "broken"]);
  expect(dropStaleLocks(root, "shop", "none")).toBe(0);
  rmSync(root, { recursive: true });
});
