import type { Lab } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab, until } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;

const site = {
  member: "dora",
  host: "web1",
  image: `${registry}/static-site:1`,
  ram: "32MiB",
  ports: { web: "8030:8080" },
  health: { http: "/", port: "web" },
};
const neighbour = { ...site, ports: { web: "8031:8080" } };

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("failures", lab);
  stack.member("dora", { number: 1200 });
  stack.service("dora-site", site);
  stack.service("dora-other", neighbour);
  const run = await stack.up();
  expect(failuresOf(run)).toBe("");
});

afterAll(async () => {
  await stack?.destroy();
});

/** Applies a bad version of dora-site, expects the given words, and that everything answers as before. */
async function expectRefused(bad: Record<string, unknown>, words: readonly RegExp[]): Promise<void> {
  stack.service("dora-site", { ...site, ...bad });
  const run = await stack.up();
  stack.service("dora-site", site);
  expect(run.exitCode).toBe(1);
  for (const word of words) expect(run.text).toMatch(word);
  expect((await lab.fetch("web1", 8030, "/")).body).toContain("1");
  expect((await lab.fetch("web1", 8031, "/")).status).toBe(200);
  const mended = await stack.up("--refresh");
  expect(failuresOf(mended)).toBe("");
  expect((await lab.fetch("web1", 8030, "/")).status).toBe(200);
}

/** To the last block, those that are kept for root as well. */
async function fillDisk(): Promise<void> {
  const fill =
    'mkdir /var/fill && for size in 1G 128M 16M 1M 64K 4K; do while fallocate -l $size "/var/fill/$((n += 1))"; do :; done; done';
  await lab.run("web1", ["sh", "-c", fill]);
}

async function freeDisk(): Promise<void> {
  await lab.run("web1", ["rm", "-r", "/var/fill"]);
}

describe("what a member may get wrong", () => {
  beforeEach(() => keepEvidence(lab));

  test("an image that does not exist", async () => {
    await expectRefused({ image: `${registry}/no-such-image:1` }, [/dora-site/, /no-such-image/]);
  });

  test("an image whose program ends at once: the previous version runs on", async () => {
    await expectRefused({ image: `${registry}/broken:1` }, [/dora-site/, /previous version/]);
  });

  test("an image that never gets healthy: the previous version runs on, the log's end is in the error", async () => {
    const count = 'journalctl -q -o cat USER_UNIT=dora-site.service | grep -c "start operation timed out"';
    const timeouts = async () => Number((await lab.run("web1", ["sh", "-c", count])).stdout);
    const before = await timeouts();
    await expectRefused({ image: `${registry}/unhealthy:1`, health: { ...site.health, start: "15s" } }, [
      /dora-site/,
      /previous version/,
    ]);
    expect(await timeouts()).toBe(before + 1);
  });

  test("a service that is healthy although systemd does not get to know gets a second try", async () => {
    // What Podman says last is not heard, as when it has ended too early; and that once.
    // For all of dora's: a folder for this service alone would be drift, and removed.
    const override = "/etc/systemd/user/dora-.service.d";
    const once = "test -e %t/unheard || { touch %t/unheard; systemd-notify NOTIFYACCESS=main; }";
    const dropIn = `[Service]\nExecStartPre=/bin/sh -c '${once}'\n`;
    await lab.run("web1", ["sh", "-c", `mkdir -p ${override} && cat >${override}/once.conf`], { stdin: dropIn });
    const unheard = { ...site, ports: { web: "8035:8080" }, health: { ...site.health, start: "15s" } };
    stack.service("dora-unheard", unheard);
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(run.text).toContain("it was healthy, but systemd did not get to know: a second try");
    expect((await lab.fetch("web1", 8035, "/")).status).toBe(200);
    await lab.run("web1", ["rm", "-r", override, "/run/user/21200/unheard"]);
    stack.removeService("dora-unheard");
    expect(failuresOf(await stack.up())).toBe("");
  });

  test("drop-ins that nobody declared are drift of the service: up --refresh names them, removes them and keeps a copy", async () => {
    const root = (script: string, stdin = "") => lab.run("web1", ["sh", "-c", script], { stdin });
    const asDora = "setpriv --reuid 21200 --regid 21200 --clear-groups --reset-env env XDG_RUNTIME_DIR=/run/user/21200";
    const isPrivileged = async () =>
      (await root(`cd / && ${asDora} podman inspect --format '{{.HostConfig.Privileged}}' dora-site`)).stdout.trim();
    const limit = async () =>
      (await root(`${asDora} systemctl --user show -P MemoryMax dora-site.service`)).stdout.trim();
    const restart = `${asDora} systemctl --user daemon-reload && ${asDora} systemctl --user restart dora-site.service`;
    expect(failuresOf(await stack.up("--refresh"))).toBe("");
    const declared = await limit();
    const quadlet = "/etc/containers/systemd/users/21200/dora-site.container.d";
    const unit = "/etc/systemd/user/dora-site.service.d";
    await root(`mkdir -p ${quadlet} && cat >${quadlet}/10-x.conf`, "[Container]\nPodmanArgs=--privileged\n");
    await root(`mkdir -p ${unit} && cat >${unit}/x.conf && ${restart}`, "[Service]\nMemoryMax=infinity\n");
    expect([await isPrivileged(), await limit()]).toEqual(["true", "infinity"]);

    const run = await stack.up("--refresh");
    expect(failuresOf(run)).toBe("");
    expect(run.steps.find(({ name }) => name === "dora-site")?.changes).toContain("live.dropIns");
    const journal = (await root("journalctl -q -o cat -t allmende -n 20")).stdout;
    for (const path of [quadlet, unit]) {
      expect(journal).toContain(`removing ${path}, which nobody declared`);
      expect(run.diagnostics.map(({ message }) => message).join("\n")).toContain(`removed ${path}, which nobody`);
      expect((await root(`ls ${path}`)).exitCode).not.toBe(0);
      expect((await root(`tar -xOf /var/lib/allmende/removed${path}.tar`)).stdout).toMatch(/privileged|MemoryMax/);
    }
    expect([await isPrivileged(), await limit()]).toEqual(["false", declared]);
    await root(restart);
    expect([await isPrivileged(), await limit()]).toEqual(["false", declared]);
    expect((await stack.preview("--refresh")).changes).not.toHaveProperty("update");
  }, 400_000);

  test("a port that something else on the host has taken", async () => {
    const listener = lab
      .run("web1", ["busybox", "nc", "-l", "-p", "8039"], { timeoutMs: 240_000 })
      .catch(() => undefined);
    await expectRefused({ ports: { web: "8039:8080" } }, [/dora-site/, /8039/]);
    await lab.fetch("web1", 8039, "/").catch(() => undefined);
    await lab.run("web1", [
      "sh",
      "-c",
      "kill $(ss -Hltnp 'sport = :8039' | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p') 2>/dev/null; true",
    ]);
    await listener;
  });

  test("a home that a former member left is not given to another one, who gets no account either", async () => {
    await lab.run("web1", ["install", "-d", "-o", "21999", "-m", "700", "/home/doris", "/home/doris/.config"]);
    stack.member("doris", { number: 1201 });
    stack.service("doris-site", { ...site, member: "doris", ports: { web: "8034:8080" } });
    const run = await stack.up();
    expect(run.exitCode).toBe(1);
    expect(run.text).toContain("/home/doris belongs to number 21999, not to doris (21201)");
    expect((await lab.run("web1", ["id", "doris"])).exitCode).not.toBe(0);
    expect((await lab.run("web1", ["stat", "-c", "%u", "/home/doris"])).stdout.trim()).toBe("21999");
    await lab.run("web1", ["rm", "-r", "/home/doris"]);
    expect(failuresOf(await stack.up())).toBe("");
    expect((await lab.fetch("web1", 8034, "/")).status).toBe(200);
    // What somebody keeps in a folder with a dot is theirs as well: the home stays.
    const settings = "/home/doris/.config/app/settings.json";
    await lab.run("web1", ["install", "-D", "-o", "21201", "/etc/hostname", settings]);
    stack.removeService("doris-site");
    stack.removeMember("doris");
    expect(failuresOf(await stack.up())).toBe("");
    expect((await lab.run("web1", ["rm", settings])).exitCode).toBe(0);
    await lab.run("web1", ["rm", "-r", "/home/doris"]);
  });

  test("a disk that is full before a transaction, and one that gets full in it: as before, until there is room again", async () => {
    const other = { ...site, image: `${registry}/static-site:2`, environment: { FILL: "1" } };
    stack.service("dora-site", other);
    await fillDisk();
    const before = await stack.up().finally(freeDisk);

    expect(failuresOf(before)).toMatch(
      /\/var\/lib\/allmende cannot be written: is the disk full\?.*Nothing was changed/,
    );
    expect((await lab.fetch("web1", 8030, "/")).body).toContain("version 1");

    await lab.run("web1", ["tee", "/run/allmende.fault"], { stdin: "hang prepared\n" });
    const running = stack.start("up", "--yes");
    await until(
      "it has prepared",
      async () => (await lab.run("web1", ["test", "-e", "/run/allmende.fault"])).exitCode !== 0,
    );
    await fillDisk();
    await lab.run("web1", ["sh", "-c", "kill -9 $(grep -lx sleep /proc/[0-9]*/comm | cut -d / -f 3)"]);
    const during = await running.finally(freeDisk);

    expect(during.all).toContain("the previous version cannot be kept: is the disk full?");
    expect((await lab.fetch("web1", 8030, "/")).body).toContain("version 1");
    expect((await lab.fetch("web1", 8031, "/")).status).toBe(200);

    expect(failuresOf(await stack.up())).toBe("");
    expect((await lab.fetch("web1", 8030, "/")).body).toContain("version 2");
    stack.service("dora-site", site);
    expect(failuresOf(await stack.up())).toBe("");
  }, 500_000);

  test("a port that another service has: refused at preview, nothing sent", async () => {
    stack.service("dora-site", { ...site, ports: { web: "8031:8080" } });
    const run = await stack.preview();
    stack.service("dora-site", site);
    expect(run.exitCode).not.toBe(0);
    expect(run.text).toMatch(/8031/);
    expect(run.text).toMatch(/dora-other/);
  });

  test("bad input names file, line and field, all findings at once", async () => {
    stack.service("dora-site", { ...site, ram: "lots", privileged: true, prots: { web: 8030 } });
    const run = await stack.preview();
    stack.service("dora-site", site);
    expect(run.exitCode).not.toBe(0);
    expect(run.text).toMatch(/services\/dora-site\.yaml:\d+:\d+/);
    for (const word of [/ram/, /privileged/, /prots/]) expect(run.text).toMatch(word);
  });

  test("a new service that is broken does not keep a good one from being created", async () => {
    stack.service("dora-broken", { ...site, image: `${registry}/broken:1`, ports: { web: "8032:8080" } });
    stack.service("dora-good", { ...site, ports: { web: "8033:8080" } });
    const run = await stack.up();
    expect(run.exitCode).toBe(1);
    expect((await lab.fetch("web1", 8033, "/")).status).toBe(200);
    stack.removeService("dora-broken");
    stack.removeService("dora-good");
    expect(failuresOf(await stack.up())).toBe("");
  });

  test("a transaction that removes the last of ours leaves its lock: who waits for it waits for the same as who comes later", async () => {
    const lock = async () => (await lab.run("web1", ["stat", "-c", "%i", "/run/allmende.lock"])).stdout.trim();
    const before = await lock();
    expect(before).toMatch(/^[0-9]+$/);
    expect(failuresOf(await stack.destroy())).toBe("");
    expect((await lab.run("web1", ["ls", "/var/lib/allmende"])).exitCode).not.toBe(0);
    expect(await lock()).toBe(before);
  });
});
