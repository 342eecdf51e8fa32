import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab, LabHost } from "@allmende/lab";
import { fingerprintOf } from "@allmende/ssh";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { projectDirectory } from "./support/paths.js";
import { snapshotHost } from "./support/snapshot.js";
import { keepEvidence, testLab } from "./support/test-lab.js";

let lab: Lab;
let host: LabHost;
const directory = join(projectDirectory, "test", ".out", "adopt");
const hostsFile = join(directory, "hosts.yaml");
const comment = "# Our hosts. web1 comes from: allmende host adopt\n{}\n";

beforeAll(async () => {
  lab = await testLab();
  host = lab.host("web1");
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeEach(() => {
  keepEvidence(lab);
  rmSync(directory, { recursive: true, force: true });
  for (const folder of ["members", "services"]) mkdirSync(join(directory, folder), { recursive: true });
  writeFileSync(hostsFile, comment);
});

function adoptAs(user: string, ...more: readonly string[]) {
  const place = `${user}@${host.address}:${host.port}`;
  const argv = ["host", "adopt", place, "-C", directory, "-i", host.privateKeyPath, "--name", "web1", ...more];
  return execa("node", [join(projectDirectory, "packages/cli/bin/allmende.js"), ...argv], {
    reject: false,
    all: true,
    stdin: "ignore",
  });
}
const adopt = (...more: readonly string[]) => adoptAs(host.user, ...more);
const confirmed = () => ["--reserve", "384MiB", "--fingerprint", fingerprintOf(host.hostKey)];

/** Runs with a file of the host's covered by another one; nothing on its disk changes. */
async function withFile(path: string, text: string, work: () => Promise<void>): Promise<void> {
  await lab.run("web1", ["tee", "/run/covering"], { stdin: text });
  await lab.run("web1", ["mount", "--bind", "/run/covering", path]);
  try {
    await work();
  } finally {
    await lab.run("web1", ["umount", path]);
  }
}

describe("an existing host is taken into the inventory", () => {
  test("after its key was confirmed: it says what would change, changes nothing, and writes an entry that is right", async () => {
    const before = await snapshotHost(lab, "web1");
    const run = await adopt(...confirmed());
    expect(run.all).toContain("what `up` would change on web1:");
    expect(run.exitCode).toBe(0);
    expect(await snapshotHost(lab, "web1")).toEqual(before);
    const text = readFileSync(hostsFile, "utf8");
    expect(text).toContain("# Our hosts. web1 comes from: allmende host adopt\n");
    const { address, port, user } = host;
    const hostKey = host.hostKey.split(" ").slice(0, 2).join(" ");
    expect(parse(text)).toEqual({ web1: { address, ...(port !== 22 && { port }), user, hostKey, reserve: "384MiB" } });
    const again = await adopt(...confirmed());
    expect(again.exitCode).toBe(2);
    expect(again.all).toContain("there is a host web1 already");
  });

  test("but not with a wrong fingerprint, nor without one where nobody can be asked", async () => {
    const wrong = await adopt("--reserve", "384MiB", "--fingerprint", `SHA256:${"A".repeat(43)}`);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.all).toContain("presents another key than the one that you gave. Nothing was sent.");
    const none = await adopt("--reserve", "384MiB");
    expect(none.exitCode).toBe(2);
    expect(none.all).toContain(fingerprintOf(host.hostKey));
    expect(readFileSync(hostsFile, "utf8")).toBe(comment);
  });

  test("but not without sudo", async () => {
    const home = "/home/visitor/.ssh";
    const make = `useradd -m visitor && install -d -o visitor -m 700 ${home} && install -o visitor -m 600 /home/${host.user}/.ssh/authorized_keys ${home}/`;
    expect(await lab.run("web1", ["sh", "-c", make])).toMatchObject({ exitCode: 0 });
    try {
      const run = await adoptAs("visitor", ...confirmed());
      expect(run.exitCode).toBe(1);
      expect(run.all).toContain("visitor cannot become root");
    } finally {
      await lab.run("web1", ["userdel", "--remove", "--force", "visitor"]);
    }
    expect(readFileSync(hostsFile, "utf8")).toBe(comment);
  });

  test("but not when it is not Debian 13", async () => {
    const bookworm = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n';
    await withFile("/usr/lib/os-release", bookworm, async () => {
      const run = await adopt(...confirmed());
      expect(run.exitCode).toBe(1);
      expect(run.all).toContain("release is Debian GNU/Linux 12 (bookworm), wanted is Debian 13");
    });
    expect(readFileSync(hostsFile, "utf8")).toBe(comment);
  });
});
