import type { Lab } from "@allmende/lab";
import { type HostProgress, readPatchState, runHost } from "@allmende/patching";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab, until } from "../support/test-lab.js";
import { alpha, answerOf, identityOf, policy, prepareAlpha, versionOf } from "./alpha.js";
import { addMemberService, removeMemberService, siteAnswers } from "./member-service.js";
import { clearHost, succeed } from "./repository.js";
import { targetOf } from "./target.js";

let lab: Lab;
let target: ReturnType<typeof targetOf>;

beforeAll(async () => {
  lab = await testLab();
  target = targetOf(lab, "web1");
  await clearHost(lab, "web1", "alpha");
  await addMemberService(target, "plain");
});

afterAll(async () => {
  if (target) await removeMemberService(target);
  await target?.close();
  if (lab) await clearHost(lab, "web1", "alpha");
});

/** Named points of a run in their order, each of which is the end of one try. */
const points = [
  ...[
    "lock-begin",
    "lock-end",
    "check-begin",
    "record-end",
    "fetch-begin",
    "upgrade-begin",
    "upgraded",
    "restart-begin",
  ],
  ...["restarting", "reboot-begin", "proof-begin", "proof-end", "unlock-begin", "unlocked"],
];

async function fault(text: string): Promise<void> {
  await succeed(lab, "web1", ["tee", "/run/allmende.fault"], `${text}\n`);
}

const bootsOf = async () =>
  Number(await succeed(lab, "web1", ["sh", "-c", "journalctl --list-boots --no-pager -q | wc -l"]));
const timesConfigured = async () =>
  Number(await succeed(lab, "web1", ["sh", "-c", "grep -c 'status installed alpha:all 1.1' /var/log/dpkg.log; true"]));

describe("a run that is cut off goes on", () => {
  beforeEach(() => keepEvidence(lab));

  test("killed at every point, one after the other: everything happens once, the report is whole", async () => {
    const packages = await prepareAlpha(lab, target, alpha("1.1"));
    await succeed(lab, "web1", ["truncate", "-s", "0", "/var/log/dpkg.log"]);
    for (const point of points) {
      await fault(`kill ${point}`);
      await expect(runHost(target, identityOf("killed"), policy, packages), point).rejects.toMatchObject({
        code: "run-interrupted",
      });
    }
    const run = await runHost(target, identityOf("killed"), policy, packages);
    expect(run).toMatchObject({ outcome: "done", upgraded: [{ name: "alpha", from: "1.0", to: "1.1" }] });
    expect(run.phases.map(({ phase }) => phase)).toEqual([
      "lock",
      "check",
      "record",
      "fetch",
      "upgrade",
      "restart",
      "reboot",
      "proof",
      "unlock",
    ]);
    expect(await timesConfigured()).toBe(1);
    expect(await answerOf(lab, "web1")).toBe("alpha 1.1");
    const left = await lab.run("web1", [
      "sh",
      "-c",
      "ls /var/lib/allmende/patch/lock /run/allmende-patch.* /run/allmende.fault",
    ]);
    expect(left.stdout).toBe("");
  });

  test("a lock left behind halts every other run, with who left it and where it was; its own run goes on", async () => {
    const packages = await prepareAlpha(lab, target, alpha("1.1"));
    await fault("kill upgrade-begin");
    await expect(runHost(target, identityOf("left"), policy, packages)).rejects.toMatchObject({
      code: "run-interrupted",
    });
    await expect(runHost(target, identityOf("other"), policy, packages)).rejects.toMatchObject({ code: "locked" });
    const impatient = { ...policy, limits: { ...policy.limits, lockSeconds: 0 } };
    await expect(runHost(target, identityOf("other"), impatient, packages)).rejects.toMatchObject({
      code: "lock-expired",
      message: expect.stringContaining("upgrade begin"),
    });
    const ssh = await target.connect();
    expect(await readPatchState(ssh, "web1")).toMatchObject({
      lock: { stack: "lab", occurrence: "left", owner: "test" },
      runs: [{ occurrence: "left", outcome: "unfinished" }],
    });
    await ssh.end();
    expect(await runHost(target, identityOf("left"), policy, packages)).toMatchObject({ outcome: "done" });
  });

  test("the connection lost in the middle of the upgrade: the runner comes back for the report", async () => {
    const packages = await prepareAlpha(lab, target, alpha("1.1", { postinst: "sleep 4" }));
    let cutting: Promise<void> | undefined;
    const onProgress = ({ phase }: HostProgress) => {
      if (phase === "upgrade") cutting ??= lab.cut("web1").then(() => lab.heal("web1"));
    };
    const run = await runHost(target, identityOf("cut"), policy, packages, { onProgress });
    await cutting;
    expect(run).toMatchObject({ outcome: "done", upgraded: [{ name: "alpha", to: "1.1" }] });
  });

  test("a power cut while dpkg is at work: the upgrade is finished, and everything is healthy again", async () => {
    const packages = await prepareAlpha(
      lab,
      target,
      alpha("1.1", { postinst: "[ ! -e /run/slow ] || { touch /run/is-slow; sleep 600; }" }),
    );
    await succeed(lab, "web1", ["touch", "/run/slow"]);
    const running = runHost(target, identityOf("power"), policy, packages).catch((error: unknown) => error);
    const isSlow = async () => (await lab.run("web1", ["test", "-e", "/run/is-slow"])).exitCode === 0;
    await until("the post-install script runs", isSlow);
    await lab.powerCut("web1");
    await lab.boot("web1");
    expect(await running).toMatchObject({ outcome: "done" });
    expect(await versionOf(lab, "web1")).toBe("1.1 install ok installed");
    expect(await siteAnswers(lab)).toBe(true);
  });

  test("a reboot that is needed happens exactly once, also when the run is killed right before it", async () => {
    const required = "touch /run/reboot-required; echo alpha >> /run/reboot-required.pkgs";
    const packages = await prepareAlpha(lab, target, alpha("1.1", { postinst: required }));
    const before = await bootsOf();
    await fault("kill reboot-act");
    await expect(runHost(target, identityOf("reboot"), policy, packages)).rejects.toMatchObject({
      code: "run-interrupted",
    });
    expect(await bootsOf()).toBe(before);
    const run = await runHost(target, identityOf("reboot"), policy, packages);
    expect(run).toMatchObject({ outcome: "done", reboot: { state: "done", reason: "it is required by alpha" } });
    expect(run.proof.every(({ ok }) => ok)).toBe(true);
    expect(await bootsOf()).toBe(before + 1);
    expect(await siteAnswers(lab)).toBe(true);
    expect(await answerOf(lab, "web1")).toBe("alpha 1.1");
    expect(await runHost(target, identityOf("reboot"), policy, packages)).toEqual(run);
    expect(await bootsOf()).toBe(before + 1);
  });
});
