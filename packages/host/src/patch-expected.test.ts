import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HostPatchingSpec } from "@allmende/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderHost } from "./render-host.js";
import { web1 } from "./testing/samples.js";

const script = fileURLToPath(new URL("../scripts/patch-expected.sh", import.meta.url));
const daySeconds = 86_400;
const now = Math.floor(Date.now() / 1000);
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "allmende-expected-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string, daysAgo = 0): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, now - daysAgo * daySeconds, now - daysAgo * daySeconds);
}

/** What the host declares, `daysAgo`: as it is rendered. */
function declare(expectEveryDays: number, daysAgo: number): void {
  const files = renderHost({ ...web1, patching: { expectEveryDays } }).files;
  const file = files.find(({ path }) => path === "/etc/allmende/patch-expected");
  write("/etc/allmende/patch-expected", file?.content ?? "", daysAgo);
}

function addRun(key: string, daysAgo: number, outcome?: string): void {
  const begun = Math.floor(now - daysAgo * daySeconds);
  const runs = `/var/lib/allmende/patch/runs/coop.prod/${key}`;
  write(`${runs}/journal`, `${begun}\tlock\tbegin\tci@runner\n${begun + 1}\tlock\tend\t-\n`);
  write(`${runs}/report`, `run\tcoop.prod\t${key}\n${outcome === undefined ? "" : `outcome\t${outcome}\n`}`);
}

function look() {
  const { status, stdout, stderr } = spawnSync("sh", [script, root], { encoding: "utf8" });
  expect(stderr).toBe("");
  return { status, text: stdout };
}

describe("patch-expected.sh", () => {
  it("is content while runs come, whatever becomes of them", () => {
    declare(8, 100);
    addRun("old", 20, "done");
    addRun("new", 7.9, "rolled-back");
    const { status, text } = look();
    expect(text).toMatch(
      /^<6>patch runs reach this host: the last was new of coop\.prod on \S+Z, outcome: rolled-back\n$/,
    );
    expect(status).toBe(0);
  });

  it("tells when the last one is too long ago, and how it ended", () => {
    declare(8, 100);
    addRun("old", 20, "done");
    addRun("cut-off", 8.1);
    const { status, text } = look();
    expect(text).toMatch(
      /^<3>no patch run has reached this host for 8 days, one is expected every 8: the last was cut-off of coop\.prod/,
    );
    expect(text).toContain("outcome: it did not end");
    expect(status).toBe(1);
  });

  it.each([
    [1, 0],
    [9, 1],
  ])("where none ever came, counts from when it was declared, %s days ago", (daysAgo, status) => {
    declare(8, daysAgo);
    expect(look().status).toBe(status);
  });

  it("does not believe a run of a clock that was wrong", () => {
    declare(8, 100);
    addRun("future", -30, "done");
    expect(look().status).toBe(1);
  });

  it("says so when the declaration is damaged", () => {
    write("/etc/allmende/patch-expected", "days\tsoon\n");
    expect(look()).toMatchObject({ status: 1, text: expect.stringMatching(/^<3>.*does not say/) });
  });
});

describe("renderHost", () => {
  const paths = (patching?: HostPatchingSpec) => renderHost({ ...web1, patching }).files.map(({ path }) => path);

  it("has the timer where a host expects patch runs, and nothing of it elsewhere", () => {
    const added = paths({ expectEveryDays: 8 }).filter((path) => !paths().includes(path));
    expect(added).toEqual([
      "/etc/allmende/patch-expected",
      "/etc/allmende/patch-expected.sh",
      "/etc/systemd/system/allmende-patch-expected.service",
      "/etc/systemd/system/allmende-patch-expected.timer",
      "/etc/systemd/system/timers.target.d/50-allmende.conf",
    ]);
    expect(paths({ updates: "windows" })).toEqual(paths());
  });
});
