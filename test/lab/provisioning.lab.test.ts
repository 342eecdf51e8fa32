import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Lab } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence } from "./support/test-lab.js";
import { failuresOf, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;

beforeAll(async () => {
  lab = await Lab.start({ name: "test-stock", number: 3, hosts: [{ name: "stock1", flavour: "stock" }] });
  stack = new TestStack("provisioning", lab);
}, 1_200_000);

afterAll(async () => {
  await lab?.down();
});

describe("a stock Debian 13", () => {
  beforeEach(() => keepEvidence(lab));

  test("becomes a host of member services by one up, with an image from a registry that asks for a login", async () => {
    expect((await lab.run("stock1", ["podman", "--version"])).exitCode).not.toBe(0);
    stack.member("hanna", { number: 1500 });
    stack.service("hanna-site", {
      member: "hanna",
      host: "stock1",
      image: "registry.allmende.test:5001/static-site:2",
      ram: "32MiB",
      ports: { web: 8080 },
      health: { http: "/", port: "web" },
      registryLogin: { username: "coop", password: readFileSync(lab.files.registryPassword, "utf8").trim() },
    });
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect((await lab.fetch("stock1", 8080, "/")).body).toContain("version 2");
  }, 900_000);

  test("has what networks that services share need: netavark, its name server, and nft for its rules", async () => {
    for (const program of ["/usr/lib/podman/netavark", "/usr/lib/podman/aardvark-dns", "/usr/sbin/nft"]) {
      const found = await lab.run("stock1", ["find", program, "-perm", "/111"]);
      expect(found.stdout.trim()).toBe(program);
    }
  });

  test("patches itself without ever rebooting, and lists what needs a restart", async () => {
    const apt = await lab.run("stock1", ["apt-config", "dump"]);
    expect(apt.stdout).toContain('Unattended-Upgrade::Automatic-Reboot "false"');
    expect(apt.stdout).toContain('APT::Periodic::Unattended-Upgrade "1"');
    const needrestart = await lab.run("stock1", ["cat", "/etc/needrestart/conf.d/50-allmende.conf"]);
    expect(needrestart.stdout).toContain("$nrconf{restart} = 'l'");
    const online = await lab.run("stock1", ["systemctl", "is-active", "network-online.target"]);
    expect(online.stdout.trim()).toBe("active");
  });

  test("leaves security updates to a patch window that selects it, and still refreshes its package lists", async () => {
    const window = {
      ...{ recurrence: "FREQ=DAILY", zone: "UTC", start: "2026-12-01T02:00", duration: "3h", notice: "3d" },
      ...{ updates: "security", reboot: "never", hosts: "all", waves: [], canary: "none", concurrency: 1 },
      ...{ errorThreshold: 0, cutoff: { upgrade: "1h", restart: "30m" } },
    };
    writeFileSync(join(stack.directory, "inventory/windows.yaml"), JSON.stringify({ nightly: window }));
    const preview = await stack.preview();
    expect(preview.steps.find(({ name }) => name === "stock1")?.changes).toEqual(["patching.updates"]);
    expect(failuresOf(await stack.up())).toBe("");
    const apt = await lab.run("stock1", ["apt-config", "dump"]);
    expect(apt.stdout).toContain('APT::Periodic::Unattended-Upgrade "0"');
    expect(apt.stdout).toContain('APT::Periodic::Update-Package-Lists "1"');
  }, 300_000);

  test("the registry's password lies where only root reaches it", async () => {
    const password = readFileSync(lab.files.registryPassword, "utf8").trim();
    const found = await lab.run(
      "stock1",
      ["sh", "-c", "grep -rlFf - /etc /home /run/user /var/lib/allmende /var/log 2>/dev/null; true"],
      { stdin: password },
    );
    expect(found.stdout).toBe("");
    const encoded = Buffer.from(`coop:${password}`).toString("base64");
    const files = await lab.run(
      "stock1",
      ["sh", "-c", "grep -rlFf - /etc /home /run/user /var/lib/allmende /var/log 2>/dev/null; true"],
      { stdin: encoded },
    );
    for (const file of files.stdout.trim().split("\n").filter(Boolean))
      expect(file).toMatch(/^\/(var\/lib\/allmende\/auth|run\/user\/21500)\//);
    expect(files.stdout).toContain("/var/lib/allmende/auth/");
    expect(stack.stateText()).not.toContain(password);
  });
});
