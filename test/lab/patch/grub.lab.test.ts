import { readFileSync } from "node:fs";
import type { Lab } from "@allmende/lab";
import { inspectPending, releaseKernels, runHost } from "@allmende/patching";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { identityOf, policy } from "./alpha.js";
import { bootCopy, installGrub, removeGrub } from "./boot.js";
import { kernelPackage, runningKernel } from "./kernel.js";
import { clearHost, install, publish, succeed, type TestPackage } from "./repository.js";
import { targetOf } from "./target.js";

let lab: Lab;
let target: ReturnType<typeof targetOf>;
const [name, oldName, newName] = ["linux-image-lab", "linux-image-old-lab", "linux-image-99.0.0-lab"] as const;
const newKernel = "99.0.0-lab (lab) #1";

beforeAll(async () => {
  lab = await testLab();
  target = targetOf(lab, "web1");
  await clearHost(lab, "web1", "beta", name, oldName, newName);
  await installGrub(lab, "web1");
});

afterAll(async () => {
  await target?.close();
  if (!lab) return;
  await clearHost(lab, "web1", "beta", name, oldName, newName);
  await removeGrub(lab, "web1");
});

/** What is pending, as it is done. */
async function nightOf(occurrence: string) {
  const ssh = await target.connect();
  const { packages } = await inspectPending(ssh, "web1", "all");
  await ssh.end();
  return await runHost(target, identityOf(occurrence), { ...policy, updates: "all" }, packages);
}

describe("GRUB", () => {
  let running: string;
  let archive: TestPackage[] = [];
  beforeEach(() => keepEvidence(lab));

  test("a run that goes back has it start the kernel of before at the next boot, and only then", async () => {
    running = await runningKernel(lab, "web1");
    const postinst = (release: string) => ({
      postinst: `run-parts --arg=${release} --arg=/boot/vmlinuz-${release} /etc/kernel/postinst.d`,
    });
    const release = running.split(" ")[0] ?? "";
    archive = [
      kernelPackage(running, { name: oldName, version: "1.0", ...postinst(release) }),
      { name, version: "1.0", depends: oldName },
      { name, version: "1.1", depends: newName },
      kernelPackage(newKernel, { name: newName, version: "1.1", ...postinst("99.0.0-lab") }),
      { name: "beta", version: "1.0" },
    ];
    await publish(lab, "web1", archive);
    await install(lab, "web1", `${name}=1.0`, "beta=1.0");
    expect(await bootCopy(lab, "web1", 1)).toEqual([running]);
    const run = await nightOf("grub");
    expect(run).toMatchObject({ outcome: "rolled-back", cause: { code: "proof-failed" } });
    const told = `GRUB takes the kernel ${release} at the next boot, and only then (GRUB_DEFAULT is not saved), not 99.0.0-lab`;
    expect(run.checks).toContainEqual(expect.objectContaining({ name: "next-kernel", state: "warn", text: told }));
    expect(await bootCopy(lab, "web1", 2)).toEqual([running, newKernel]);
  });

  test("the next run does not reboot for the kernel that failed, and tells GRUB again, which has forgotten it at a boot", async () => {
    await succeed(lab, "web1", ["grub-editenv", "/boot/grub/grubenv", "unset", "next_entry"]);
    await publish(lab, "web1", [...archive, { name: "beta", version: "1.1" }]);
    const run = await nightOf("held");
    expect(run).toMatchObject({
      ...{ outcome: "done", reboot: { state: "not-needed" } },
      heldKernels: [{ release: "99.0.0-lab", package: { name: newName, version: "1.1" }, occurrence: "grub" }],
    });
    expect(run.upgraded.map((each) => each.name)).toEqual(["beta", name]);
    expect(await bootCopy(lab, "web1", 1)).toEqual([running]);
  });

  test("released by a hostmaster, it is what GRUB takes at the reboot of the next run", async () => {
    const ssh = await target.connect();
    expect(await releaseKernels(ssh, "web1", "gerd@office")).toMatchObject([{ release: "99.0.0-lab" }]);
    await ssh.end();
    await succeed(lab, "web1", ["tee", "/run/allmende.fault"], "kill reboot-act\n");
    await expect(nightOf("released")).rejects.toMatchObject({ code: "run-interrupted" });
    expect(await bootCopy(lab, "web1", 1)).toEqual([newKernel]);
    expect(await nightOf("released")).toMatchObject({
      outcome: "rolled-back",
      heldKernels: [{ occurrence: "released" }],
    });
  });

  test("where GRUB_DEFAULT is saved, it starts it from then on", async () => {
    const release = running.split(" ")[0] ?? "";
    const saved = "sed -i s/^GRUB_DEFAULT=.*/GRUB_DEFAULT=saved/ /etc/default/grub && update-grub 2>&1";
    await succeed(lab, "web1", ["sh", "-c", saved]);
    const functions = readFileSync(
      new URL("../../../packages/patching/scripts/patch-kernel.sh", import.meta.url),
      "utf8",
    );
    const program = `base=/var/lib/allmende/patch tab='\t' newest=99.0.0-lab; boot_kernel ${release} /boot/grub/grub.cfg`;
    const said = await succeed(lab, "web1", ["sh"], `${functions}\n${program}\n`);
    expect(said).toBe(`GRUB takes the kernel ${release} from the next boot on, until a run proves the newest one\n`);
    expect(await bootCopy(lab, "web1", 2)).toEqual([running, running]);
  });

  test("after a run that proves good, it chooses by itself again", async () => {
    await succeed(lab, "web1", ["sh", "-c", `apt-get -y -q purge ${newName} && update-grub 2>&1`]);
    const run = await runHost(target, identityOf("grub-again"), { ...policy, updates: "security" }, []);
    expect(run).toMatchObject({ outcome: "done" });
    const text = "GRUB chooses by itself again: the choice that an earlier run made is taken back";
    expect(run.checks).toContainEqual({ name: "next-kernel", state: "ok", text });
    await install(lab, "web1", `${newName}=1.1`);
    expect(await bootCopy(lab, "web1", 1)).toEqual([newKernel]);
  });
});
