import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { exitCodes, SetupError } from "./failures.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { findOnPath } from "./tools.mjs";

/** @typedef {"checks" | "lab"} PackageGroup */

const policyPath = "/usr/sbin/policy-rc.d";
const policyMark = "# Written by Allmende's setup for the time of one installation.";
/** Services that the packages would switch on, while we only want the programs. */
const unwantedServices = /** @type {Record<string, readonly string[]>} */ ({
  "docker-registry": ["docker-registry.service"],
  "openssh-server": ["ssh.service", "ssh.socket"],
});
const environment = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" };
const aptOptions = ["--quiet", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
const listsMaximumAgeMs = 7 * 24 * 3600 * 1000;

/**
 * The Debian packages that these parts of the project need, sorted.
 * @param {readonly PackageGroup[]} groups
 * @returns {string[]}
 */
export function debianPackages(groups) {
  const table = JSON.parse(readFileSync(new URL("debian-packages.json", import.meta.url), "utf8"));
  return [...new Set(groups.flatMap((group) => table[group]))].sort();
}

/**
 * Which of the wanted packages dpkg does not report as installed.
 * @param {readonly string[]} wanted
 * @param {string} listing `dpkg-query`'s lines of `STATUS PACKAGE`
 */
export function missingPackages(wanted, listing) {
  const installed = new Set(
    listing
      .split("\n")
      .filter((line) => line.startsWith("installed "))
      .map((line) => line.slice("installed ".length).trim()),
  );
  return wanted.filter((name) => !installed.has(name));
}

/**
 * The command that a person types instead of us.
 * @param {readonly string[]} packages
 */
export function renderInstallCommand(packages) {
  return `sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(" ")}`;
}

/**
 * Installs what is missing through apt. Throws SetupError (exit code 3, naming the command) when that needs root or another system.
 * @param {readonly string[]} wanted
 */
export async function ensurePackages(wanted) {
  const missing = await findMissing(wanted);
  if (missing.length === 0) return;
  if (findOnPath("apt-get") === undefined || process.getuid?.() !== 0) {
    throw new SetupError(`These Debian packages are missing: ${missing.join(", ")}.`, {
      exitCode: exitCodes.prerequisites,
      nextStep: `run as root, or run: ${renderInstallCommand(missing)}`,
    });
  }
  await step(`Install Debian packages: ${missing.join(", ")}`, (note) => install(missing, note));
}

/** @param {readonly string[]} wanted */
async function findMissing(wanted) {
  if (findOnPath("dpkg-query") === undefined) return [...wanted];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders of dpkg-query.
  const format = "${db:Status-Status} ${Package}\\n";
  // It exits with 1 when it knows nothing of one of them.
  const { stdout } = await run("dpkg-query", ["--show", `--showformat=${format}`, ...wanted], { allowFailure: true });
  return missingPackages(wanted, stdout);
}

/**
 * @param {readonly string[]} packages
 * @param {(line: string) => void} onLine
 */
async function install(packages, onLine) {
  const quiet = { env: environment, onLine };
  const update = () => run("apt-get", ["--quiet", "update", "-o", "DPkg::Lock::Timeout=300"], quiet);
  const download = () => run("apt-get", ["install", "--download-only", ...aptOptions, ...packages], quiet);
  // An installation that was cut off blocks every next one; without one this does nothing.
  await run("dpkg", ["--configure", "-a"], { ...quiet, finishFirst: true });
  let updated = false;
  if (listsAgeMs() > listsMaximumAgeMs) {
    await update();
    updated = true;
  }
  const { exitCode } = await run("apt-get", ["install", "--download-only", ...aptOptions, ...packages], {
    ...quiet,
    allowFailure: true,
  });
  if (exitCode !== 0) {
    // Lists that are younger may still name versions that the mirror has replaced.
    if (!updated) await update();
    await download();
  }
  await withoutServiceStarts(() =>
    run("apt-get", ["install", ...aptOptions, ...packages], {
      ...quiet,
      finishFirst: true,
    }),
  );
  await disableServices(packages);
  const left = await findMissing(packages);
  if (left.length > 0)
    throw new SetupError(`apt-get reported success, but these are not installed: ${left.join(", ")}.`);
}

function listsAgeMs() {
  const directory = "/var/lib/apt/lists";
  return existsSync(directory) ? Date.now() - statSync(directory).mtimeMs : Number.POSITIVE_INFINITY;
}

/**
 * An installed sshd or registry must not start by itself on somebody's machine.
 * @param {() => Promise<unknown>} work
 */
async function withoutServiceStarts(work) {
  const ours = !existsSync(policyPath) || readFileSync(policyPath, "utf8").includes(policyMark);
  if (ours)
    writeFileSync(policyPath, `#!/bin/sh\n${policyMark}\nexit 101\n`, {
      mode: 0o755,
    });
  try {
    await work();
  } finally {
    if (ours) rmSync(policyPath, { force: true });
  }
}

/** @param {readonly string[]} newlyInstalled */
async function disableServices(newlyInstalled) {
  const units = newlyInstalled.flatMap((name) => unwantedServices[name] ?? []);
  if (units.length === 0 || findOnPath("systemctl") === undefined) return;
  await run("systemctl", ["disable", ...units], { allowFailure: true });
}
