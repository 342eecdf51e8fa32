import type { Lab } from "@allmende/lab";
import { inspectPending, readPatchState, runHost } from "@allmende/patching";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { alpha, answerOf, identityOf, policy, prepareAlpha, versionOf } from "./alpha.js";
import { kernelPackage, runningKernel } from "./kernel.js";
import { clearHost, install, publish, succeed } from "./repository.js";
import { targetOf } from "./target.js";

let lab: Lab;
let target: ReturnType<typeof targetOf>;
const kernels = ["linux-image-lab", "linux-image-99.0.0-lab"];

beforeAll(async () => {
  lab = await testLab();
  target = targetOf(lab, "web1");
});

afterAll(async () => {
  await target?.close();
  if (lab) await clearHost(lab, "web1", "alpha", ...kernels);
});

describe("what must not stay, or not begin", () => {
  beforeEach(() => keepEvidence(lab));

  test("too late, too busy, no backup, no room: refused before anything is touched; and without any room not even noted down", async () => {
    const packages = await prepareAlpha(lab, target, alpha("1.1"));
    const refused = async (occurrence: string, changes: Partial<typeof policy>) => {
      const run = await runHost(target, identityOf(occurrence), { ...policy, ...changes }, packages);
      expect(run.outcome).toBe("refused");
      return run.cause;
    };
    const backup = { marker: "/var/lib/backup-ended", maxAgeSeconds: 3600 };
    expect(await refused("late", { latestMs: { upgrade: Date.now() - 1000 } })).toMatchObject({ code: "too-late" });
    const busy = await refused("busy", { limits: { ...policy.limits, load: 0 } });
    expect(busy).toMatchObject({ code: "check-load", message: expect.stringContaining("0.00 for each are allowed") });
    expect(await refused("never", { backup })).toMatchObject({ code: "check-backup" });
    await succeed(lab, "web1", ["touch", "-d", "2 hours ago", backup.marker]);
    const stale = await refused("stale", { backup });
    expect(stale?.message).toMatch(/the last backup ended at .*Z, 2 h ago; 60 min are allowed/);
    await succeed(lab, "web1", ["touch", backup.marker]);

    const free = Number(await succeed(lab, "web1", ["sh", "-c", "df -k --output=avail / | tail -n 1"]));
    await succeed(lab, "web1", ["fallocate", "-l", `${free - 30 * 1024}K`, "/var/fill"]);
    expect(await refused("full", { backup })).toMatchObject({ code: expect.stringMatching(/^check-disk:/) });
    // What is kept for root as well, without writing all of it.
    const rest =
      "fallocate -l $(($(stat -f -c '%f * %S' /) - 8388608)) /var/fill2; cat /dev/zero >/var/fill3 2>/dev/null; true";
    await succeed(lab, "web1", ["sh", "-c", rest]);
    await expect(runHost(target, identityOf("no room"), policy, packages)).rejects.toMatchObject({
      code: "journal-unwritable",
    });
    await succeed(lab, "web1", ["rm", "-f", "/var/fill", "/var/fill2", "/var/fill3", backup.marker]);
    expect(await versionOf(lab, "web1")).toBe("1.0 install ok installed");
    expect(await answerOf(lab, "web1")).toBe("alpha 1.0");
  });

  test("an update that fails after the time for restarts is over still goes back, its service as well", async () => {
    const packages = await prepareAlpha(lab, target, alpha("2.0", { postinst: "systemctl stop alpha; exit 1" }));
    const late = { restart: Date.now() - 1000, reboot: Date.now() - 1000 };
    const run = await runHost(target, identityOf("late failure"), { ...policy, latestMs: late }, packages);
    expect(run).toMatchObject({ outcome: "rolled-back", cause: { code: "upgrade-failed" } });
    expect(await answerOf(lab, "web1")).toBe("alpha 1.0");
  });

  test("a new kernel that does not run after the reboot: back, and what the next boot takes is said", async () => {
    await clearHost(lab, "web1", "alpha", ...kernels);
    const [name, newName] = ["linux-image-lab", "linux-image-99.0.0-lab"];
    const running = await runningKernel(lab, "web1");
    await publish(lab, "web1", [
      kernelPackage(running, { name, version: "1.0" }),
      { name, version: "1.1", depends: newName },
      kernelPackage("99.0.0-lab (lab) #1", { name: newName, version: "1.1" }),
    ]);
    await install(lab, "web1", `${name}=1.0`);
    const ssh = await target.connect();
    const pending = await inspectPending(ssh, "web1", "all");
    await ssh.end();
    expect(pending.reboot).toContain(newName);
    const options = { prediction: pending };
    const run = await runHost(target, identityOf("kernel"), { ...policy, updates: "all" }, pending.packages, options);
    expect(run).toMatchObject({
      ...{ outcome: "rolled-back", cause: { code: "proof-failed" } },
      reboot: { state: "done", reason: "the kernel 99.0.0-lab is installed and does not run" },
    });
    expect(run.cause?.message).toContain("not the newest installed kernel");
    const release = running.split(" ")[0];
    expect(run.irreversible).toEqual([
      expect.stringContaining(`${newName} 1.1 was not installed before; it stays`),
      `the next boot takes the kernel 99.0.0-lab and not ${release}: there is no boot loader here that can be told so`,
    ]);
    const back = { round: "reproof", name: "kernel", ok: true, text: `the kernel of before runs: ${release}` };
    expect(run.proof).toContainEqual(back);
    const again = await target.connect();
    const { runs } = await readPatchState(again, "web1");
    expect(runs.find(({ occurrence }) => occurrence === "kernel")?.predicted?.reboot).toBe(pending.reboot);
    await again.end();
  });
});
