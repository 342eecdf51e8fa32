import { readFileSync } from "node:fs";
import type { Lab } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asMember } from "./support/as-member.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

const secret = "zebra-quartz-5081";
const otherSecret = "nectar-willow-7730";

let lab: Lab;
let stack: TestStack;

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("security", lab);
  stack.member("emil", { number: 1300 });
  stack.member("fee", { number: 1301 });
  stack.service("emil-app", {
    member: "emil",
    host: "web1",
    image: `${registry}/app:1`,
    ram: "96MiB",
    ports: { web: "8040:8080" },
    secrets: { API_KEY: secret },
    health: { http: "/healthz", port: "web" },
  });
  stack.service("fee-site", {
    member: "fee",
    host: "web1",
    image: `${registry}/static-site:1`,
    ram: "32MiB",
    ports: { web: "8041:8080" },
  });
});

afterAll(async () => {
  await stack?.destroy();
});

describe("secrets and isolation", () => {
  beforeEach(() => keepEvidence(lab));

  test("a secret is found only where it belongs: its file on the host, and the container", async () => {
    // Every process's arguments and environment, watched while the transaction runs.
    const watch = lab.run("web1", ["sh", "-c", watchScript(secret)], { timeoutMs: 400_000 });
    const run = await stack.up("--diff");
    await lab.run("web1", ["touch", "/run/allmende-test-stop"]);
    expect(failuresOf(run)).toBe("");
    expect((await watch).stdout).toBe("");
    expect(run.text).not.toContain(secret);
    expect(stack.stateText()).not.toContain(secret);
    const journal = await lab.run("web1", ["sh", "-c", `journalctl -b --no-pager | grep -c '${hidden(secret)}'; true`]);
    expect(journal.stdout.trim()).toBe("0");
    const files = await lab.run("web1", [
      "sh",
      "-c",
      `grep -rl '${hidden(secret)}' /etc /var/lib/allmende /home /run/user /var/lib/members 2>/dev/null; true`,
    ]);
    expect(files.stdout.trim().split("\n")).toEqual(["/var/lib/allmende/secrets/21300/emil-app/API_KEY"]);
    const inspect = await lab.run("web1", asMember("emil", 21300, ["podman", "inspect", "emil-app"]));
    expect(inspect.stdout).not.toContain(secret);
    const answer = JSON.parse((await lab.fetch("web1", 8040, "/")).body);
    const { createHash } = await import("node:crypto");
    expect(answer.secretFileSha256).toBe(createHash("sha256").update(secret).digest("hex"));
  });

  test("another member reads neither the secret nor the volumes nor the units' runtime", async () => {
    for (const path of [
      "/var/lib/allmende/secrets/21300/emil-app/API_KEY",
      "/run/user/21300/systemd",
      "/var/lib/allmende/manifests",
    ]) {
      const attempt = await lab.run("web1", asMember("fee", 21301, ["cat", path]));
      expect(`${path}: ${attempt.stderr}`).toMatch(/Permission denied/);
    }
  });

  test("a failing service's error does not show its secrets", async () => {
    stack.service("emil-app", {
      member: "emil",
      host: "web1",
      image: `${registry}/broken:1`,
      ram: "96MiB",
      ports: { web: "8040:8080" },
      secrets: { API_KEY: otherSecret },
      health: { http: "/healthz", port: "web" },
    });
    const run = await stack.up();
    expect(run.exitCode).toBe(1);
    expect(run.text).not.toContain(otherSecret);
    expect(run.text).not.toContain(secret);
    expect((await lab.fetch("web1", 8040, "/healthz")).status).toBe(200);
  });

  test("a swapped host key is refused, and nothing is sent", async () => {
    const other = lab.host("web2");
    stack.hosts({ web1: { hostKey: other.hostKey } });
    const since = (await lab.run("web1", ["sh", "-c", "journalctl --sync; date +%s.%N"])).stdout.trim();
    // Not with --refresh: that looks with the key of the last run first, which is still the right one.
    const run = await stack.up();
    stack.hosts({});
    expect(run.exitCode).toBe(1);
    expect(run.text).toMatch(/host key/i);
    expect(run.text).toMatch(/SHA256:/);
    const logins = `journalctl --sync; journalctl --since "@${since}" --no-pager -q -t sshd-session -t sshd | grep -c Accepted`;
    // This look-up's own login, and no other.
    expect((await lab.run("web1", ["sh", "-c", logins])).stdout.trim()).toBe("1");
  });

  test("the private key of the login stays out of state and output", async () => {
    const key = readFileSync(lab.host("web1").privateKeyPath, "utf8").split("\n")[1] ?? "";
    expect(key.length).toBeGreaterThan(20);
    expect(stack.stateText()).not.toContain(key);
  });
});

/** A pattern for `word` that does not match itself: neither the search nor sudo's note of it in the journal is found. */
function hidden(word: string): string {
  return `[${word[0]}]${word.slice(1)}`;
}

/** Prints every process that shows `word` in its arguments or, unless it runs in a container, its environment. */
function watchScript(word: string): string {
  const pattern = hidden(word);
  return `rm -f /run/allmende-test-stop
while [ ! -e /run/allmende-test-stop ]; do
  for d in /proc/[0-9]*; do
    if grep -qa '${pattern}' "$d/cmdline" 2>/dev/null; then tr '\\0' ' ' < "$d/cmdline"; echo; fi
    if grep -qa '${pattern}' "$d/environ" 2>/dev/null && ! grep -q libpod-payload "$d/cgroup"; then echo "environment of $(tr '\\0' ' ' < "$d/cmdline")"; fi
  done
  sleep 0.2
done`;
}
