import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { planChanges } from "./plan.js";
import { renderHost } from "./render-host.js";
import { renderMember } from "./render-member.js";
import { renderService } from "./render-service.js";
import { readScript } from "./scripts.js";
import { encodeStream } from "./stream.js";
import { anna, sampleService, web1 } from "./testing/samples.js";

const trees = [renderHost(web1), renderMember(anna), renderService(sampleService(), anna)];
const plan = planChanges(trees.map((tree) => ({ kind: "put", tree })));
const directory = mkdtempSync(join(tmpdir(), "allmende-plan-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** check-plan.awk's judgement: the empty string when it has nothing against the plan. */
function judge(text: string): string {
  const result = spawnSync("awk", [readScript("check-plan.awk")], { input: text, encoding: "utf8" });
  expect(result.status === 0).toBe(result.stdout === "");
  return result.stdout;
}

describe("planChanges", () => {
  it("writes what the host's own check accepts", () => {
    expect(judge(plan.text)).toBe("");
  });

  it("holds no secret", () => {
    expect(plan.text).not.toMatch(/correct|battery|tr0ub/);
  });

  it("removes by name and number alone", () => {
    const { text } = planChanges([
      { kind: "remove", id: "service/anna/anna-blog", member: anna, deleteData: true },
      { kind: "remove", id: "member/anna", member: anna, deleteData: false },
    ]);
    expect(text.split("\n").slice(1, 3)).toEqual([
      "resource\tservice.anna.anna-blog\tpurge\tanna\t21042\t0\t0\t0\t-\t-",
      "resource\tmember.anna\tremove\tanna\t21042\t0\t0\t0\t-\t-",
    ]);
    expect(judge(text)).toBe("");
  });

  it("says which services make way, to a host that understands it", () => {
    const [, , tree] = trees;
    const { text } = planChanges([{ kind: "put", tree: tree as never, takesOverFrom: ["service/anna/old-blog"] }]);
    expect(text).toContain("\nyields\tservice.anna.anna-blog\tservice.anna.old-blog\n");
    expect(judge(text)).toBe("");
    expect(judge(text.replace("service.anna.old-blog", "member.anna"))).toMatch(/yields/);
  });

  it("refuses a resource changed twice, and values that are not for a plan", () => {
    expect(() => planChanges([trees[0], trees[0]].map((tree) => ({ kind: "put", tree: tree as never })))).toThrow(
      /twice/,
    );
    const hostile = { ...anna, name: "an\tna" };
    expect(() => planChanges([{ kind: "remove", id: "member/anna", member: hostile, deleteData: false }])).toThrow(
      /cannot stand in a plan/,
    );
  });
});

describe("check-plan.awk", () => {
  const lines = plan.text.split("\n");
  const breakages: [string, (text: string) => string][] = [
    ["a missing end", (text) => text.slice(0, text.lastIndexOf("end\t"))],
    ["a missing line", () => [...lines.slice(0, 5), ...lines.slice(6)].join("\n")],
    ["a path outside of ours", (text) => text.replace("/etc/sysctl.d/60-allmende.conf", "/etc/passwd")],
    ["a path that climbs", (text) => text.replace("/etc/sysctl.d/60-allmende.conf", "/etc/sysctl.d/../passwd")],
    ["a system user's number", (text) => text.replaceAll("\tanna\t21042\t", "\tanna\t0\t")],
    ["another member's key", (text) => text.replace("put\tanna\t", "put\tbert\t")],
    ["a command in an image", (text) => text.replace("registry.example/static-site:1", "x;reboot")],
    ["an option as an image", (text) => text.replace("registry.example/static-site:1", "--privileged")],
    ["an unknown line", (text) => text.replace("package\t", "command\t")],
    ["an unknown version", (text) => text.replace("allmende\t1", "allmende\t2")],
    ["an option as a package", (text) => text.replace("\tpodman\n", "\t-oDPkg::Pre-Invoke=x\n")],
  ];
  it.each(breakages)("refuses %s", (_, damage) => {
    const text = damage(plan.text);
    expect(text).not.toBe(plan.text);
    expect(judge(text)).not.toBe("");
  });
});

describe("encodeStream", () => {
  it("is a tar that GNU tar unpacks, the plan last, modes kept", async () => {
    const bytes = await encodeStream(plan, new Map([["inspect.sh", "#!/bin/sh\n"]]));
    expect(await encodeStream(plan, new Map([["inspect.sh", "#!/bin/sh\n"]]))).toEqual(bytes);
    writeFileSync(join(directory, "stream.tar"), bytes);
    const listing = execFileSync("tar", ["-tvf", "stream.tar", "--numeric-owner"], {
      cwd: directory,
      encoding: "utf8",
    });
    expect(listing.trimEnd().split("\n").at(-1)).toMatch(/-rw------- 0\/0 .* plan$/);
    expect(listing).toMatch(/-r--r----- 0\/21042 .* files\/var\/lib\/allmende\/auth\/21042\/anna-blog.json/);
    execFileSync("tar", ["-xf", "stream.tar", "--no-same-owner"], { cwd: directory });
    expect(readFileSync(join(directory, "files/var/lib/allmende/secrets/21042/anna-blog/API_KEY"), "utf8")).toBe(
      "correct horse",
    );
    for (const file of plan.files.values()) {
      expect(readFileSync(join(directory, "files", file.path), "utf8")).toBe(file.content);
    }
  });
});
