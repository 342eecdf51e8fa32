import { describe, expect, it } from "vitest";
import { parseLock } from "./host-state.js";
import { parsePending } from "./inspect-pending.js";
import { parseRun } from "./parsed-run.js";
import { parseScriptOutput } from "./script-output.js";

const line = (...fields: readonly string[]) => fields.join("\t");

describe("parseRun", () => {
  const lines = [
    line("run", "coop", "nightly_2026", "ci", "1000", "nightly/2026"),
    line("snapshot", "20261124T020000Z"),
    line("emergency", "gerd", "CVE of the day"),
    line("check", "clock", "ok", "synchronised"),
    line("irreversible", "a stays"),
    line("cause", "proof-failed", "units: a.service"),
    line("cause", "later", "not the first"),
    line("proof", "units", "fail", "a.service"),
    line("proof", "units", "fail", "a.service b.service"),
    line("reproof", "units", "ok", "none"),
    line("irreversible", "a stays"),
    line("reboot", "needed", "a kernel"),
    line("reboot", "done", "boot-2", "boot-1"),
    line("log", "one", "two"),
    line("outcome", "rolled-back"),
    line("journal", "1000", "check", "begin", "-"),
    line("journal", "1004", "check", "begin", "-"),
    line("journal", "1009", "check", "end", "-"),
    line("journal", "1009", "upgrade", "begin", "-"),
    "something new",
  ];

  it("reads a report with its journal", () => {
    expect(parseRun(lines)).toEqual({
      stack: "coop",
      occurrence: "nightly/2026",
      owner: "ci",
      startedAt: "1970-01-01T00:16:40.000Z",
      snapshot: "20261124T020000Z",
      emergency: { by: "gerd", reason: "CVE of the day" },
      outcome: "rolled-back",
      cause: { code: "proof-failed", message: "units: a.service" },
      checks: [{ name: "clock", state: "ok", text: "synchronised" }],
      upgraded: [],
      keptFiles: [],
      restarted: [],
      reboot: { state: "done", reason: "a kernel", bootIds: { before: "boot-1", after: "boot-2" } },
      proof: [
        { round: "proof", name: "units", ok: false, text: "a.service b.service" },
        { round: "reproof", name: "units", ok: true, text: "none" },
      ],
      irreversible: ["a stays"],
      log: ["one\ttwo"],
      phases: [
        { phase: "check", startedAt: "1970-01-01T00:16:40.000Z", seconds: 9 },
        { phase: "upgrade", startedAt: "1970-01-01T00:16:49.000Z" },
      ],
    });
  });

  it("says of a run that was cut off that it is unfinished", () => {
    expect(parseRun(lines.filter((text) => !text.startsWith("outcome"))).outcome).toBe("unfinished");
  });
});

describe("parseScriptOutput", () => {
  it("takes whole blocks, also inside another, and what the runner has to do", () => {
    const text = [
      "phase\tcheck",
      "begin-state",
      "lock\t1",
      "begin-report",
      "a",
      "end-report",
      "end-state",
      "next\treboot",
    ];
    expect(parseScriptOutput(text.join("\n"))).toEqual({
      next: "reboot",
      blocks: [
        { name: "report", lines: ["a"] },
        { name: "state", lines: ["lock\t1"] },
      ],
      log: [],
    });
  });

  it("takes no block that was cut off", () => {
    expect(parseScriptOutput("begin-report\na\nfatal\tx\ty").blocks).toEqual([]);
  });

  it("reads why nothing was done", () => {
    expect(parseScriptOutput("fatal\tlocked\tsomebody is here\n").fatal).toEqual({
      code: "locked",
      message: "somebody is here",
    });
  });
});

it("reads what is pending", () => {
  const lines = [
    line("package", "libc6", "amd64", "2.41-12", "2.41-12+deb13u1", "security"),
    line("package", "linux-image-6.12.50", "amd64", "-", "6.12.50-1", "other"),
    line("kept-back", "podman"),
    line("restart", "system", "ssh.service"),
    line("restart", "anna", "blog"),
    line("reboot", "linux-image-6.12.50"),
    line("release", "trixie"),
  ];
  expect(parsePending(lines)).toEqual({
    packages: [
      { name: "libc6", architecture: "amd64", installed: "2.41-12", available: "2.41-12+deb13u1", security: true },
      { name: "linux-image-6.12.50", architecture: "amd64", available: "6.12.50-1", security: false },
    ],
    keptBack: ["podman"],
    restarts: [
      { of: "system", unit: "ssh.service" },
      { of: "anna", unit: "blog" },
    ],
    reboot: "linux-image-6.12.50",
    release: "trixie",
  });
});

it("reads who holds a host", () => {
  expect(parseLock(undefined)).toBeUndefined();
  expect(parseLock(line("lock", "61", "coop", "nightly_2026", "ci", "0", "nightly/2026"))).toEqual({
    stack: "coop",
    occurrence: "nightly/2026",
    owner: "ci",
    since: "1970-01-01T00:00:00.000Z",
    ageSeconds: 61,
  });
});

it("reads what a run was to bring", () => {
  const ordered = line("ordered", "openssl", "amd64", "3.5.1-1", "3.5.1-1+deb13u1", "security");
  expect(parseRun([line("run", "coop", "n", "ci", "1000"), ordered])).toMatchObject({
    ordered: [{ name: "openssl", installed: "3.5.1-1", available: "3.5.1-1+deb13u1", security: true }],
  });
});

it("reads what a run was expected to take; of one that recorded none, it is not known", () => {
  const run = line("run", "coop", "n", "ci", "1000");
  const restart = line("predicted", "restart", "anna", "blog");
  const restarts = [{ of: "anna", unit: "blog" }];
  expect(parseRun([run, restart, line("predicted", "reboot", "-")]).predicted).toEqual({ restarts, reboot: undefined });
  expect(parseRun([run, restart, line("predicted", "reboot", "a kernel")]).predicted?.reboot).toBe("a kernel");
  expect(parseRun([run]).predicted).toBeUndefined();
});

it("reads of which source pending packages are", () => {
  const plan = [
    line("package", "libssl3t64:i386", "i386", "3.5.1-1+b1", "3.5.4-1", "security"),
    line("package", "new", "all", "-", "2", "other"),
    line("source", "libssl3t64", "openssl", "3.5.1-1", "3.5.4-1"),
  ];
  expect(parsePending(plan).packages.map(({ source }) => source)).toEqual([
    { name: "openssl", installed: "3.5.1-1", available: "3.5.4-1" },
    undefined,
  ]);
});
