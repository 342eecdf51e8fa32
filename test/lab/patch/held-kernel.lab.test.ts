import type { Lab } from "@allmende/lab";
import type { TestSmtpServer } from "@allmende/patching/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { failuresOf, TestStack } from "../support/test-stack.js";
import { kernelPackage, runningKernel } from "./kernel.js";
import { clearHost, install, publish, succeed, type TestPackage } from "./repository.js";
import { declareWindow, patch, startHostmasterMail } from "./window-stack.js";

/**
 * Three nights. A lab host runs the kernel that the lab gives it, whatever is installed: so one that is installed in the first night does not come up, and
 * the one of the third night does, as it is that very kernel.
 */
let lab: Lab;
let stack: TestStack;
let smtp: TestSmtpServer;
let good: TestPackage;
const hosts = ["web1", "web2"];
const [meta, oldName, badName, goodName] = [
  ...["linux-image-lab", "linux-image-5.10.0-lab", "linux-image-5.11.0-lab", "linux-image-lab-good"],
] as const;
const names = ["beta", meta, oldName, badName, goodName];
const hourMs = 3_600_000;

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("held-kernel", lab);
  smtp = await startHostmasterMail(stack);
  expect(failuresOf(await stack.up())).toBe("");
  const running = await runningKernel(lab, "web1");
  const postinst = `touch /run/reboot-required; echo ${goodName} >>/run/reboot-required.pkgs`;
  good = kernelPackage(running, { name: goodName, version: "1.0", postinst });
  await Promise.all(
    hosts.map(async (host) => {
      await clearHost(lab, host, ...names);
      await offer(host, "1.0", host === "web1" ? oldName : goodName, "1.0");
      await install(lab, host, "beta=1.0", `${meta}=1.0`);
      await succeed(lab, host, ["sh", "-c", "rm -f /run/reboot-required*"]);
    }),
  );
});

afterAll(async () => {
  await stack?.destroy();
  await smtp?.close();
  if (lab) await Promise.all(hosts.map((host) => clearHost(lab, host, ...names)));
});

/** A host's archive: the package that brings the newest kernel, all kernels, and beta; what was there before stays. */
const offered = new Map<string, TestPackage[]>();
async function offer(host: string, version: string, kernel: string, beta: string): Promise<void> {
  const kernels = [
    kernelPackage("5.10.0-lab (lab) #1", { name: oldName, version: "1.0" }),
    kernelPackage("5.11.0-lab (lab) #1", { name: badName, version: "1.0" }),
    good,
  ];
  const before = (offered.get(host) ?? []).filter((each) => each.name === meta || each.version !== beta);
  const next = [...before, { name: meta, version, depends: kernel }, { name: "beta", version: beta }];
  offered.set(host, next);
  await publish(lab, host, [...kernels, ...next]);
}

/** A window of its own for each night, which is open now. */
function night(number: number): void {
  const cutoff = { upgrade: "3s", restart: "2s", reboot: "1s" };
  declareWindow(stack, Date.now() - (4 - number) * hourMs, { reboot: "if-needed", cutoff });
  smtp.mails.length = 0;
}

const held = {
  ...{ release: "5.11.0-lab", package: { name: badName, version: "1.0" } },
  reason: expect.stringContaining("not the newest installed kernel"),
};

describe("a kernel whose proof failed", () => {
  beforeEach(() => keepEvidence(lab));

  test("the first night tries it, goes back and holds it", async () => {
    for (const host of hosts) await offer(host, "1.1", badName, "1.0");
    night(1);
    const { document } = await patch(stack, "plan");
    expect(document.windows[0].waves[0].hosts[0]).toMatchObject({ reboot: expect.stringContaining(badName) });
    expect(await patch(stack, "run")).toMatchObject({
      exitCode: 1,
      document: {
        runs: [
          {
            stopped: { kind: "canary" },
            hosts: [
              { host: "web1", run: { outcome: "rolled-back", reboot: { state: "done" }, heldKernels: [held] } },
              { host: "web2", state: "not-begun" },
            ],
          },
        ],
      },
    });
    expect(smtp.mails.join()).toContain("Held: kernel 5.11.0-lab");
  });

  test("the second night upgrades the rest of all hosts without a reboot, ends well, and says what is held, as its plan did", async () => {
    for (const host of hosts) await offer(host, "1.1", badName, "1.1");
    night(2);
    const plan = await patch(stack, "plan");
    const [canary, other] = plan.document.windows[0].waves.map((wave: { hosts: unknown[] }) => wave.hosts[0]);
    const namesOf = ({ packages }: { packages: { name: string }[] }) => packages.map(({ name }) => name);
    expect(canary).toMatchObject({ heldKernels: [held] });
    expect(canary.reboot).toBeUndefined();
    expect(namesOf(canary)).toEqual(["beta", meta]);
    // What failed on the canary is no other's either.
    expect(other).toMatchObject({ heldKernels: [{ ...held, failedOn: "web1" }], keptBack: [meta] });
    expect(namesOf(other)).toEqual(["beta"]);

    const run = await patch(stack, "run");
    const done = { state: "done", run: { outcome: "done", reboot: { state: "not-needed" } } };
    expect(run).toMatchObject({
      exitCode: 0,
      document: { runs: [{ hosts: hosts.map((host) => ({ host, ...done })) }] },
    });
    const [web1, web2] = run.document.runs[0].hosts.map((host: { run: object }) => host.run);
    expect([web1.heldKernels, web2.heldKernels]).toMatchObject([[held], [{ ...held, failedOn: "web1" }]]);
    expect(web1.proof).toContainEqual(
      expect.objectContaining({ name: "kernel", ok: true, text: expect.stringContaining("5.11.0-lab, the newest") }),
    );
    const beta = { name: "beta", from: "1.0", to: "1.1" };
    expect([web1.upgraded, web2.upgraded]).toEqual([expect.arrayContaining([beta]), [beta]]);
    expect((await lab.run("web2", ["dpkg-query", "-W", badName])).exitCode).not.toBe(0);

    expect(smtp.mails).toHaveLength(1);
    expect(smtp.mails[0]).toContain("2 of 2 hosts done");
    expect(smtp.mails[0]).toContain("Held: kernel 5.11.0-lab");
    expect((await patch(stack, "status")).document.hosts[0]).toMatchObject({ host: "web1", heldKernels: [held] });
    expect((await patch(stack, "report")).document.heldBack).toContainEqual(
      expect.objectContaining({ host: "web1", name: `kernel 5.11.0-lab (${badName} 1.0)`, reason: "kernel" }),
    );
  });

  test("a hostmaster has it tried again; held once more, it gives way to a newer one, which the third night boots", async () => {
    const record = await succeed(lab, "web1", ["cat", "/var/lib/allmende/patch/held-kernels"]);
    const released = await patch(stack, "release", "--target", "web1");
    expect(released).toMatchObject({ exitCode: 0, document: { hosts: [{ host: "web1", released: [held] }] } });
    expect(await patch(stack, "release", "--target", "web9")).toMatchObject({ exitCode: 2 });
    night(3);
    const again = await patch(stack, "plan", "--target", "web1");
    expect(again.document.windows[0].waves[0].hosts[0].reboot).toBe(
      "the kernel 5.11.0-lab is installed and does not run",
    );
    await succeed(lab, "web1", ["tee", "/var/lib/allmende/patch/held-kernels"], record);

    for (const host of hosts) await offer(host, "1.2", goodName, "1.1");
    const plan = await patch(stack, "plan");
    expect(plan.document.windows[0].waves[0].hosts[0]).toMatchObject({ reboot: expect.stringContaining(goodName) });
    const run = await patch(stack, "run");
    expect(run).toMatchObject({
      exitCode: 0,
      document: { runs: [{ hosts: [{ state: "done", run: { reboot: { state: "done" } } }, { state: "done" }] }] },
    });
    const [web1] = run.document.runs[0].hosts;
    expect(web1.run.proof).toContainEqual(
      expect.objectContaining({ name: "kernel", ok: true, text: expect.stringContaining("the newest installed") }),
    );
    expect(web1.run).not.toHaveProperty("heldKernels");
    expect((await patch(stack, "status")).document.hosts[0]).not.toHaveProperty("heldKernels");
  });
});
