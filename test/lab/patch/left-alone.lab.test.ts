import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import type { TestSmtpServer } from "@allmende/patching/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { failuresOf, TestStack } from "../support/test-stack.js";
import { alpha, answerOf, installAlpha, versionOf } from "./alpha.js";
import { kernelPackage, runningKernel } from "./kernel.js";
import { clearHost, install, publish, succeed } from "./repository.js";
import { declareWindow, patch, startHostmasterMail } from "./window-stack.js";

let lab: Lab;
let stack: TestStack;
let smtp: TestSmtpServer;
const hosts = ["web1", "web2"];
const hourMs = 3_600_000;
const minuteMs = 60_000;

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("left-alone", lab);
  smtp = await startHostmasterMail(stack);
  expect(failuresOf(await stack.up())).toBe("");
});

afterAll(async () => {
  await stack?.destroy();
  await smtp?.close();
  if (lab) await Promise.all(hosts.map((host) => clearHost(lab, host, "alpha", "linux-image-lab")));
});

/** Debian's security tracker on one flaw of alpha, in its own format. */
function writeSecurityData(): string {
  const file = join(stack.directory, "tracker.json");
  const state = { status: "resolved", fixed_version: "1.1", urgency: "high" };
  writeFileSync(file, JSON.stringify({ alpha: { "CVE-2026-7777": { releases: { trixie: state } } } }));
  return file;
}

const rebootRequired = (name: string) => `touch /run/reboot-required; echo ${name} >>/run/reboot-required.pkgs`;

describe("hosts that a run leaves alone", () => {
  beforeEach(() => keepEvidence(lab));

  test("the window closes in the middle: what has begun is finished and proven, what has not is left alone, and all are told", async () => {
    // Installing takes until the window has closed; what it needs afterwards comes too late.
    const postinst = `end=$(cat /run/window-end 2>/dev/null || echo 0)
while [ "$(date +%s)" -lt "$end" ]; do sleep 1; done
${rebootRequired("alpha")}`;
    await Promise.all(hosts.map((host) => installAlpha(lab, host, alpha("1.1", { postinst }))));
    declareWindow(stack, Date.now() - hourMs);
    const data = ["--vulnerabilities", writeSecurityData()];
    const fixes = [{ cve: "CVE-2026-7777", urgency: "high" }];
    const planBegunMs = Date.now();
    const plan = await patch(stack, "plan", ...data);
    const planMs = Date.now() - planBegunMs;
    expect(plan.document.windows?.[0].waves).toMatchObject(
      hosts.map((host) => ({ hosts: [{ host, release: "trixie", packages: [{ name: "alpha", fixes }] }] })),
    );

    const openMs = Math.floor((Date.now() - hourMs) / minuteMs) * minuteMs;
    const endSeconds = Math.ceil((Date.now() + 2.5 * planMs + 20_000) / 1000);
    await succeed(lab, "web1", ["tee", "/run/window-end"], `${endSeconds}\n`);
    const duration = `${endSeconds - openMs / 1000}s`;
    declareWindow(stack, openMs, {
      duration,
      reboot: "if-needed",
      cutoff: { upgrade: "2s", restart: "2s", reboot: "2s" },
    });
    const run = await patch(stack, "run");
    expect(run).toMatchObject({
      exitCode: 1,
      document: {
        runs: [
          {
            stopped: { kind: "closed" },
            hosts: [
              { host: "web1", state: "done", run: { outcome: "done", restarted: [], reboot: { state: "deferred" } } },
              { host: "web2", state: "not-begun" },
            ],
          },
        ],
        mail: { mails: [{ to: "root@coop.example" }] },
      },
    });
    const { checks } = run.document.runs[0].hosts[0].run;
    const late = { name: "needrestart", state: "warn", text: expect.stringContaining("alpha.service") };
    expect(checks).toContainEqual(expect.objectContaining(late));
    expect(checks).toContainEqual(expect.objectContaining({ name: "backup", state: "unknown" }));
    expect(await versionOf(lab, "web1")).toBe("1.1 install ok installed");
    expect(await versionOf(lab, "web2")).toBe("1.0 install ok installed");
    expect(await answerOf(lab, "web1")).toBe("alpha 1.1");
    expect(smtp.mails).toHaveLength(1);
    expect(smtp.mails[0]).toContain("nightly: 1 of 2 hosts done, 1 not begun");
    expect(smtp.mails[0]).toContain("Reboot deferred");

    const { document } = await patch(stack, "report", ...data);
    const exposure = { cve: "CVE-2026-7777", source: "alpha", urgency: "high" };
    expect(document.exposures).toContainEqual(expect.objectContaining({ ...exposure, host: "web1", state: "fixed" }));
    expect(document.exposures).toContainEqual(expect.objectContaining({ ...exposure, host: "web2", state: "open" }));
    expect(document.predictions).toMatchObject([
      {
        ...{ host: "web1", predicted: 1, came: 1, reboot: { predicted: false, needed: true } },
        restarts: { predicted: 1, came: 0, missing: ["alpha.service (system)"] },
      },
    ]);
  });

  test("a host never returns from its reboot into a new kernel: halted and alerted; found again, it is proven, and rebooted once", async () => {
    await clearHost(lab, "web1", "alpha");
    const name = "linux-image-lab";
    const old = kernelPackage("5.10.0-lab (lab) #1", { name, version: "1.0" });
    // On its first boot the host is not to be reached.
    const silent = `[Service]\nTimeoutStartSec=infinity
ExecStartPre=/bin/sh -c 'if rm /var/lib/lab-silent; then sync; sleep infinity; fi'\n`;
    const next = kernelPackage(await runningKernel(lab, "web1"), {
      ...{ name, version: "1.1", postinst: `${rebootRequired(name)}; touch /var/lib/lab-silent` },
      files: { "usr/lib/systemd/system/ssh.service.d/silent.conf": silent },
    });
    await publish(lab, "web1", [old, next]);
    await install(lab, "web1", `${name}=1.0`);
    smtp.mails.length = 0;
    const cutoff = { upgrade: "3s", restart: "2s", reboot: "1s" };
    declareWindow(stack, Date.now() - hourMs, { reboot: "if-needed", cutoff, limits: { reboot: "10s" } });
    expect(await patch(stack, "run")).toMatchObject({
      exitCode: 1,
      document: {
        runs: [
          {
            stopped: { kind: "canary", hosts: ["web1"] },
            hosts: [
              { host: "web1", state: "failed", error: { code: "host-not-back" } },
              { host: "web2", state: "not-begun" },
            ],
          },
        ],
      },
    });
    const subjects = smtp.mails.map((mail) => /^Subject: (.*(?:\r\n .*)*)/m.exec(mail)?.[1]?.replaceAll("\r\n ", " "));
    expect(subjects).toEqual([
      expect.stringContaining("ALERT: run halted; web1 has not come back"),
      expect.stringContaining("0 of 2 hosts done, 1 failed, 1 not begun"),
    ]);

    await lab.powerCut("web1");
    await lab.boot("web1");
    const resumed = await patch(stack, "run", "--resume");
    expect(resumed).toMatchObject({
      exitCode: 0,
      document: { runs: [{ hosts: [{ host: "web1", run: { outcome: "done", reboot: { state: "done" } } }] }] },
    });
    const { proof, phases } = resumed.document.runs[0].hosts[0].run;
    const proven = { name: "kernel", ok: true, text: expect.stringContaining("the newest installed kernel runs") };
    expect(proof).toContainEqual(expect.objectContaining(proven));
    expect(phases.map(({ phase }: { phase: string }) => phase)).toContain("reboot");
    const orders = "grep -h 'reboot.act' /var/lib/allmende/patch/runs/*/*/journal | wc -l";
    expect((await succeed(lab, "web1", ["sh", "-c", orders])).trim()).toBe("1");
  });
});
