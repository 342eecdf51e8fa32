import type { Lab } from "@allmende/lab";
import { type HostRun, readPatchState, runHost } from "@allmende/patching";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asMember } from "../support/as-member.js";
import { keepEvidence, testLab } from "../support/test-lab.js";
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
  await addMemberService(target, "checked");
});

afterAll(async () => {
  if (target) await removeMemberService(target);
  await target?.close();
  if (lab) await clearHost(lab, "web1", "alpha");
});

/** What a failed proof or phase says must be in the assertion that fails. */
const summary = (run: HostRun) => [run.outcome, run.cause?.code ?? "", ...run.proof.filter(({ ok }) => !ok)];

/** The image that a container of paula's runs, by its digest. */
async function imageOf(container: string): Promise<string> {
  const inspect = ["podman", "inspect", "--format", "{{.Image}}", container];
  return (await succeed(lab, "web1", asMember("paula", 21_700, inspect))).trim();
}

describe("a run on one host", () => {
  beforeEach(() => keepEvidence(lab));

  test("a security update: upgraded, restarted, a changed configuration file kept, proven, and done only once", async () => {
    const packages = await prepareAlpha(lab, target, alpha("1.1"));
    const pending = { name: "alpha", architecture: "all", installed: "1.0", available: "1.1", security: true };
    expect(packages).toEqual([{ ...pending, source: { name: "alpha", installed: "1.0", available: "1.1" } }]);
    await succeed(lab, "web1", ["tee", "/etc/alpha.conf"], "ours\n");
    // As an upgrade of Podman does: what watches the containers runs on a file that is no longer there.
    await succeed(lab, "web1", ["sh", "-c", "cp -p /usr/bin/conmon /usr/bin/c && mv /usr/bin/c /usr/bin/conmon"]);
    // Restarts take images as they are: the registry is not even asked.
    const image = await imageOf("paula-site");
    await succeed(lab, "web1", ["sh", "-c", "echo 127.0.0.1 registry.allmende.test >>/etc/hosts"]);
    const run = await runHost(target, identityOf("update"), policy, packages).finally(
      async () => await succeed(lab, "web1", ["sed", "-i", "/registry.allmende.test/d", "/etc/hosts"]),
    );
    expect(summary(run)).toEqual(["done", ""]);
    expect(await imageOf("paula-site")).toBe(image);
    expect(run.upgraded).toEqual([{ name: "alpha", from: "1.0", to: "1.1" }]);
    expect(run.restarted).toEqual([
      { of: "system", unit: "alpha.service" },
      { of: "paula", unit: "paula-site" },
    ]);
    expect(run.keptFiles).toEqual([{ path: "/etc/alpha.conf", offered: "/etc/alpha.conf.dpkg-dist" }]);
    expect(await succeed(lab, "web1", ["cat", "/etc/alpha.conf"])).toBe("ours\n");
    expect(run.reboot).toEqual({ state: "not-needed" });
    expect(run.proof.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["units", "services", "limits", "ports", "needrestart", "dpkg", "packages"]),
    );
    const ports = run.proof.find(({ name }) => name === "ports");
    expect(Number(/all (\d+) /.exec(ports?.text ?? "")?.[1])).toBeGreaterThan(3);
    // The lab's kernel comes from outside: that is said, not proven.
    expect(run.checks).toContainEqual(expect.objectContaining({ name: "kernel", state: "warn" }));
    expect(await answerOf(lab, "web1")).toBe("alpha 1.1");
    expect(await siteAnswers(lab)).toBe(true);

    expect(await runHost(target, identityOf("update"), policy, packages)).toEqual(run);
    const ssh = await target.connect();
    expect(await readPatchState(ssh, "web1")).toEqual({ runs: [{ ...run, ordered: [pending] }] });
  });

  test("an update that breaks its service is taken back, and the service answers again", async () => {
    const packages = await prepareAlpha(lab, target, alpha("2.0", { start: "/bin/false" }));
    const run = await runHost(target, identityOf("broken"), policy, packages);
    expect(run).toMatchObject({ outcome: "rolled-back", cause: { code: "proof-failed" } });
    expect(run.cause?.message).toContain("alpha.service");
    expect(run.proof.filter(({ round }) => round === "reproof").every(({ ok }) => ok)).toBe(true);
    expect(await versionOf(lab, "web1")).toBe("1.0 install ok installed");
    expect(await answerOf(lab, "web1")).toBe("alpha 1.0");
  });

  test("an update whose post-install script fails is taken back; that the script has run is said", async () => {
    const packages = await prepareAlpha(lab, target, alpha("2.1", { postinst: "echo no luck today; exit 1" }));
    const run = await runHost(target, identityOf("postinst"), policy, packages);
    expect(run).toMatchObject({ outcome: "rolled-back", cause: { code: "upgrade-failed" } });
    expect(run.log.join("\n")).toContain("no luck today");
    expect(run.irreversible).toEqual([expect.stringContaining("maintainer scripts of alpha 2.1 have run")]);
    expect(await versionOf(lab, "web1")).toBe("1.0 install ok installed");
    expect(await answerOf(lab, "web1")).toBe("alpha 1.0");
  });

  test("where the old version is not to be had any more, the report says so and does not claim a way back", async () => {
    const packages = await prepareAlpha(lab, target, alpha("2.2", { start: "/bin/false" }), { keepOld: false });
    const run = await runHost(target, identityOf("no way back"), policy, packages);
    expect(run.outcome).toBe("broken");
    expect(run.irreversible).toContainEqual(expect.stringContaining("there is no way back from 2.2"));
    expect(run.proof).toContainEqual(expect.objectContaining({ round: "reproof", name: "units", ok: false }));
  });

  test("not what was previewed, or not enough room: refused before anything changes, and may be tried again", async () => {
    const [previewed] = await prepareAlpha(lab, target, alpha("1.1"));
    const other = [
      { ...previewed, name: "alpha", architecture: "all", installed: "0.9", available: "1.1", security: true },
    ];
    const refused = await runHost(target, identityOf("level"), policy, other);
    expect(refused).toMatchObject({ outcome: "refused", cause: { code: "check-level" } });
    const full = { ...policy, limits: { ...policy.limits, freeMib: 100_000 } };
    expect(await runHost(target, identityOf("full"), full, previewed ? [previewed] : [])).toMatchObject({
      outcome: "refused",
      cause: { code: expect.stringMatching(/^check-disk/) },
    });
    expect(await versionOf(lab, "web1")).toBe("1.0 install ok installed");
    const run = await runHost(target, identityOf("full"), policy, previewed ? [previewed] : []);
    expect(summary(run)).toEqual(["done", ""]);
  });
});
