import type { Lab } from "@allmende/lab";
import { runHost } from "@allmende/patching";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asMember } from "../support/as-member.js";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { alpha, answerOf, identityOf, policy, prepareAlpha } from "./alpha.js";
import { addMemberService, removeMemberService, siteAnswers } from "./member-service.js";
import { clearHost, succeed } from "./repository.js";
import { targetOf } from "./target.js";

let lab: Lab;
let target: ReturnType<typeof targetOf>;

/** What an administrator has on a host beside Allmende: a daemon, a job that counts how often it ran, and a listener of their login. */
const prepareBeside = String.raw`
  printf '[Service]\nExecStart=/usr/bin/busybox httpd -f -p 8766\n' >/etc/systemd/system/beside.service
  printf '[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo ran >>/run/beside-ran; exit 3"\n' >/etc/systemd/system/nightly.service
  rm -f /run/beside-ran /run/beside-now; systemctl daemon-reload; systemctl reset-failed; systemctl start beside
  setsid busybox nc -l -p 8765 </dev/null >/dev/null 2>&1 & echo $! >/run/beside-listener`;
const clearBeside = `systemctl stop beside 2>/dev/null; kill $(cat /run/beside-listener) 2>/dev/null
  rm -f /etc/systemd/system/beside.service /etc/systemd/system/nightly.service /run/beside-*
  systemctl daemon-reload; systemctl reset-failed; true`;
/** In mid-run all of it goes wrong, once. */
const postinst = `[ -e /run/beside-now ] || exit 0
rm /run/beside-now; kill "$(cat /run/beside-listener)"; systemctl kill -s KILL beside
systemctl start nightly || true; systemd-run -q --unit=backup-job /bin/false`;

beforeAll(async () => {
  lab = await testLab();
  target = targetOf(lab, "web1");
  await clearHost(lab, "web1", "alpha");
  await addMemberService(target, "checked");
});

afterAll(async () => {
  if (lab) await succeed(lab, "web1", ["sh", "-c", clearBeside]);
  if (target) await removeMemberService(target);
  await target?.close();
  if (lab) await clearHost(lab, "web1", "alpha");
});

async function runWith(occurrence: string, next: ReturnType<typeof alpha>) {
  const packages = await prepareAlpha(lab, target, next);
  await succeed(lab, "web1", ["sh", "-c", `${prepareBeside}; : >/run/beside-now`]);
  const run = await runHost(target, identityOf(occurrence), policy, packages);
  const notes = Object.fromEntries(run.checks.map(({ name, text }) => [name, text]));
  return { run, notes };
}

const startedAt = async () =>
  await succeed(
    lab,
    "web1",
    asMember("paula", 21_700, ["podman", "inspect", "-f", "{{.State.StartedAt}}", "paula-site"]),
  );

describe("what goes wrong beside a run", () => {
  beforeEach(() => keepEvidence(lab));

  test("a listener of a login, a transient job and a daemon that the packages do not reach: noted, and the update stays", async () => {
    const { run, notes } = await runWith("beside", alpha("1.1", { postinst }));
    expect([run.outcome, run.cause]).toEqual(["done", undefined]);
    expect(notes["beside:units"]).toContain("backup-job.service;beside.service;nightly.service");
    expect(notes["beside:ports"]).toMatch(/tcp .*:8765 of a login/);
    expect(notes["beside:ports"]).toMatch(/tcp .*:8766 of beside.service/);
    expect(await answerOf(lab, "web1")).toBe("alpha 1.1");
  });

  test("what needrestart's configuration says never to restart goes on running, and is noted", async () => {
    const demo = String.raw`d=/usr/lib/demo; mkdir -p $d; cp /usr/bin/busybox $d/busybox
      printf '[Service]\nType=exec\nExecStart=%s/busybox httpd -f -p 8767\n' $d >/etc/systemd/system/openvpn-demo.service
      systemctl daemon-reload; systemctl restart openvpn-demo; cp $d/busybox $d/new; mv $d/new $d/busybox`;
    await succeed(lab, "web1", ["sh", "-c", demo]);
    const packages = await prepareAlpha(lab, target, alpha("1.1"));
    const run = await runHost(target, identityOf("never"), policy, packages);
    const stop = "systemctl stop openvpn-demo; rm -r /usr/lib/demo /etc/systemd/system/openvpn-demo.service";
    await succeed(lab, "web1", ["sh", "-c", stop]);
    expect([run.outcome, run.cause]).toEqual(["done", undefined]);
    expect(run.restarted).toEqual([{ of: "system", unit: "alpha.service" }]);
    expect(run.reboot).toEqual({ state: "not-needed" });
    const note = { name: "needrestart:left", state: "warn", text: expect.stringMatching(/ openvpn-demo\.service$/) };
    expect(run.checks).toContainEqual(expect.objectContaining(note));
  });

  test("a run that goes back runs no job a second time, restarts no service that runs, and names what it starts", async () => {
    const before = await startedAt();
    const { run, notes } = await runWith("beside back", alpha("2.0", { postinst, start: "/bin/false" }));
    expect(run).toMatchObject({ outcome: "rolled-back", cause: { code: "proof-failed" } });
    expect(run.cause?.message).toMatch(/^units: alpha\.service$/);
    expect(await succeed(lab, "web1", ["cat", "/run/beside-ran"])).toBe("ran\n");
    expect(notes["left:nightly.service"]).toContain("a job (oneshot)");
    expect(notes["left:backup-job.service"]).toContain("it is transient");
    expect(run.restarted).toContainEqual({ of: "system", unit: "beside.service" });
    expect(run.restarted.map((each) => each.of)).not.toContain("paula");
    expect(await startedAt()).toBe(before);
    expect(await siteAnswers(lab)).toBe(true);
    expect(await answerOf(lab, "web1")).toBe("alpha 1.0");
  });
});
