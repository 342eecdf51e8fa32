import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { checkFitness, planAdoption } from "./adoption.js";
import { renderHost } from "./render-host.js";
import { readScript } from "./scripts.js";
import { sha256 } from "./sha256.js";
import { parseSurvey } from "./survey.js";

const mib = 1024 ** 2;
const connection = { address: "web1.test", port: 22, user: "root", hostKeys: ["ssh-ed25519 AAAA"] };
const tree = renderHost({ name: "web1", connection, reserveBytes: 512 * mib });

function survey(changes: Readonly<Record<string, string>> = {}, more: readonly string[] = []) {
  const system = {
    ID: "debian",
    VERSION_ID: "13",
    PRETTY_NAME: "Debian GNU/Linux 13 (trixie)",
    hostname: "web1",
    architecture: "amd64",
    cgroup: "cgroup2fs",
    controllers: "cpu io memory pids",
    systemd: "257",
    pid1: "systemd",
    memTotalKiB: String(4 * 1024 * 1024),
    ...changes,
  };
  const lines = Object.entries(system).map(([key, value]) => `${key}=${value}`);
  return parseSurvey(["== system", ...lines, ...more, "== end"]);
}

const unfit = (changes: Readonly<Record<string, string>>) =>
  checkFitness(survey(changes), 512 * mib).flatMap(({ what, ok, found }) => (ok ? [] : [`${what}: ${found}`]));

test("a stock Debian 13 fits", () => {
  expect(unfit({})).toEqual([]);
});

test.each([
  [{ VERSION_ID: "12", PRETTY_NAME: "Debian GNU/Linux 12 (bookworm)" }, ["release: Debian GNU/Linux 12 (bookworm)"]],
  [{ ID: "ubuntu", VERSION_ID: "13", PRETTY_NAME: "Ubuntu" }, ["release: Ubuntu"]],
  [{ ID: "", VERSION_ID: "", PRETTY_NAME: "" }, ["release: unknown"]],
  [{ architecture: "i386" }, ["architecture: i386"]],
  [{ cgroup: "tmpfs" }, ["cgroup: tmpfs"]],
  [{ controllers: "cpu io" }, ["cgroup: v2 with cpu, io"]],
  [{ systemd: "252" }, ["systemd: 252"]],
  [{ pid1: "runit" }, ["systemd: not running"]],
  [{ memTotalKiB: String(640 * 1024) }, ["RAM: 640 MiB"]],
])("%j does not", (changes, expected) => {
  expect(unfit(changes)).toEqual(expected);
});

test("what `up` would change is what is missing or different", () => {
  const [sysctl, journald] = tree.files;
  const packages = tree.packages.slice(1).map((name) => `${name}\tinstalled\t1.0`);
  const found = survey({}, [
    "manifest=member.anna",
    "== packages",
    ...packages,
    `${tree.packages[0]}\tconfig-files\t1.0`,
    "== files",
    `${sha256(sysctl?.content ?? "")}  ${sysctl?.path}`,
    `${sha256("something else\n")}  ${journald?.path}`,
  ]);
  expect(found.manifests).toEqual(["member.anna"]);
  expect(planAdoption(found, tree)).toEqual({
    packages: [tree.packages[0]],
    newFiles: tree.files.slice(2).map(({ path }) => path),
    changedFiles: [journald?.path],
  });
});

test("survey.sh answers on any Linux, and what it is not asked for it does not look for", () => {
  const input = "package\tno-such-package\nfile\t/etc/passwd\nfile\t/no such/$(file)\n";
  const output = execFileSync("sh", ["-c", readScript("survey.sh")], { input, encoding: "utf8" });
  const found = parseSurvey(output.split("\n"));
  expect(found.hostname).not.toBe("");
  expect(found.memTotalBytes).toBeGreaterThan(64 * mib);
  expect([...found.digests.keys()]).toEqual(["/etc/passwd"]);
  expect(found.packages.size).toBe(0);
});
