import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultCacheDirectory, Lab, LabError } from "./index.js";
import { labPaths } from "./paths.js";
import { processesOf } from "./process.js";
import { readState } from "./state.js";

const name = "labtest";
const registry = "registry.allmende.test";
let lab: Lab;

beforeAll(async () => {
  lab = await Lab.start({ name, number: 189, hosts: [{ name: "web1", ramMiB: 1024 }] });
});

afterAll(async () => {
  await lab?.copyEvidence(join(tmpdir(), "allmende-evidence", name));
  await lab?.down();
});

const asAdministrator = (script: string) =>
  lab.run("web1", [
    "runuser",
    "-u",
    "hostmaster",
    "--",
    "sh",
    "-c",
    `cd; export XDG_RUNTIME_DIR=/run/user/1000; ${script}`,
  ]);

describe("a host", () => {
  it("reads a package archive, in which nothing is pending for it", async () => {
    const strict = ["-o", "APT::Update::Error-Mode=any"];
    expect((await lab.run("web1", ["apt-get", ...strict, "update"])).stderr).toBe("");
    expect((await lab.run("web1", ["apt-get", "-s", "upgrade"])).stdout).toContain("0 upgraded, 0 newly installed");
  });

  it("is a Debian 13 that has finished starting, with its own name and key", async () => {
    expect((await lab.run("web1", ["hostname"])).stdout.trim()).toBe("web1");
    expect((await lab.run("web1", ["cat", "/etc/debian_version"])).stdout).toMatch(/^13\./);
    expect((await lab.run("web1", ["systemctl", "is-system-running", "--wait"])).stdout.trim()).toBe("running");
    const key = (await lab.run("web1", ["cat", "/etc/ssh/ssh_host_ed25519_key.pub"])).stdout;
    expect(key.startsWith(lab.host("web1").hostKey)).toBe(true);
  });

  it("gets words as they are, input too, and tells how a program ended", async () => {
    expect((await lab.run("web1", ["printf", "%s|", "a b", "$HOME", "it's", ""])).stdout).toBe("a b|$HOME|it's||");
    expect((await lab.run("web1", ["cat"], { stdin: "ünï\n" })).stdout).toBe("ünï\n");
    expect((await lab.run("web1", ["sh", "-c", "exit 7"])).exitCode).toBe(7);
  });

  it("keeps its host key out of every process's arguments", async () => {
    const seedText = await readFile(join(labPaths(defaultCacheDirectory(), name).host("web1"), "seed.tar"), "latin1");
    const privateLine = /-----BEGIN OPENSSH PRIVATE KEY-----\n(\S+)/.exec(seedText)?.[1] ?? "missing";
    expect(privateLine.length).toBeGreaterThan(20);
    for (const pid of await processesOf(labPaths(defaultCacheDirectory(), name).host("web1"))) {
      expect(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).not.toContain(privateLine);
    }
  });
});

describe("the registry", () => {
  it("gives an ordinary user an image over TLS that the host trusts, and the container answers on the machine's loopback", async () => {
    const run = await asAdministrator(
      `podman run --quiet --detach --read-only --cap-drop=all --security-opt=no-new-privileges -p 8080:8080 ${registry}:5000/static-site:1`,
    );
    expect(run.stderr).toBe("");
    await expect
      .poll(() => lab.fetch("web1", 8080, "/").catch((error: Error) => error.message), { timeout: 60_000 })
      .toMatchObject({ status: 200 });
    expect((await lab.fetch("web1", 8080, "/")).body).toContain("static-site version 1");
  });

  it("asks for a login on its other port", async () => {
    const refused = await asAdministrator(`podman pull --quiet ${registry}:5001/static-site:2`);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain("authentication required");
    const password = await readFile(lab.files.registryPassword);
    const login = await lab.run(
      "web1",
      [
        "runuser",
        "-u",
        "hostmaster",
        "--",
        "sh",
        "-c",
        `cd; export XDG_RUNTIME_DIR=/run/user/1000; podman login --username coop --password-stdin ${registry}:5001`,
      ],
      { stdin: password },
    );
    expect(login.stdout).toContain("Login Succeeded");
    expect((await asAdministrator(`podman pull --quiet ${registry}:5001/static-site:2`)).exitCode).toBe(0);
  });

  it("has an application that proves its secret without telling it", async () => {
    const script = `printf %s geheim | podman secret create API_KEY - >/dev/null; podman run --quiet --detach --read-only --cap-drop=all --memory 64m --env GREETING=Moin --secret API_KEY -p 8081:8080 ${registry}:5000/app:1`;
    await asAdministrator(script);
    await expect
      .poll(() => lab.fetch("web1", 8081, "/healthz").catch((error: Error) => error.message), { timeout: 60_000 })
      .toMatchObject({ status: 200 });
    const answer = JSON.parse((await lab.fetch("web1", 8081, "/")).body);
    const digest = createHash("sha256").update("geheim").digest("hex");
    expect(answer).toMatchObject({ greeting: "Moin", secretFileSha256: digest, memoryMax: String(64 * 1024 ** 2) });
  });
});

describe("what tests do to hosts", () => {
  it("cuts and heals the way to a host while the host runs on", async () => {
    await lab.cut("web1");
    await expect(lab.fetch("web1", 8080, "/")).rejects.toThrow();
    expect((await lab.run("web1", ["true"])).exitCode).toBe(255);
    await lab.heal("web1");
    expect((await lab.run("web1", ["true"])).exitCode).toBe(0);
  });

  it("adds the delay to a round trip", async () => {
    await lab.setDelay(300);
    const begin = Date.now();
    await lab.fetch("web1", 8080, "/");
    expect(Date.now() - begin).toBeGreaterThanOrEqual(295);
    await lab.setDelay(0);
  });

  it("cuts the power: what was synced is there after the boot, the process is gone until then", async () => {
    await lab.run("web1", ["sh", "-c", "echo kept > /var/kept; sync"]);
    const before = (await lab.run("web1", ["cat", "/proc/sys/kernel/random/boot_id"])).stdout;
    await lab.powerCut("web1");
    expect((await lab.status()).hosts[0]?.running).toBe(false);
    await lab.boot("web1");
    expect((await lab.run("web1", ["cat", "/var/kept"])).stdout).toBe("kept\n");
    expect((await lab.run("web1", ["cat", "/proc/sys/kernel/random/boot_id"])).stdout).not.toBe(before);
  });

  it("reboots in order, as the same process on the machine", async () => {
    const before = (await lab.status()).hosts[0];
    await lab.reboot("web1");
    const after = (await lab.status()).hosts[0];
    expect(after).toMatchObject({ running: true, pid: before?.pid });
  });
});

describe("starting and ending", () => {
  it("keeps what runs when started again, by two at once", async () => {
    const pid = (await lab.status()).hosts[0]?.pid;
    await Promise.all([Lab.start({ name, hosts: [{ name: "web1" }] }), Lab.start({ name, hosts: [{ name: "web1" }] })]);
    expect((await lab.status()).hosts.map((host) => host.pid)).toEqual([pid]);
  });

  it("gives each of labs that start at the same moment a number of its own", async () => {
    const names = ["labtest-a", "labtest-b", "labtest-c"];
    const begun = await Promise.allSettled(names.map((each) => Lab.start({ name: each, hosts: [] })));
    try {
      const states = await Promise.all(
        names.map((each) => readState(labPaths(defaultCacheDirectory(), each).directory)),
      );
      expect(new Set(states.map((state) => state?.number)).size).toBe(names.length);
      expect(begun.map(({ status }) => status)).toEqual(names.map(() => "fulfilled"));
    } finally {
      for (const each of names) await (await Lab.attach(each)).down();
    }
  });

  it("leaves nothing: no process, namespace, listener or file", async () => {
    const paths = labPaths(defaultCacheDirectory(), name);
    await lab.down();
    expect(existsSync(paths.directory)).toBe(false);
    expect(execFileSync("ip", ["netns", "list"], { encoding: "utf8" })).not.toContain(name);
    for (const pid of (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry))) {
      expect(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).not.toContain(paths.directory);
    }
    await expect(Lab.attach(name)).rejects.toThrow(LabError);
  });
});
