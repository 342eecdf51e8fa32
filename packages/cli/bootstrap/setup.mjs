import { existsSync } from "node:fs";
import { debianPackages, ensurePackages } from "./debian.mjs";
import { exitCodes, SetupError } from "./failures.mjs";
import { ensureHcloudPlugin } from "./hcloud.mjs";
import { print, renderElapsed } from "./progress.mjs";
import { ensurePulumi } from "./pulumi.mjs";
import { isAtLeast, parseVersion } from "./versions.mjs";
import { build, installDependencies } from "./workspace.mjs";

/** @typedef {"everything" | "checks" | "runner"} Purpose `checks`: with unit tests; `runner`: commands on stacks, and nothing else. */

const minimumNode = "20.19";
/** @type {Readonly<Record<Purpose, readonly import("./debian.mjs").PackageGroup[]>>} */
const packageGroups = { everything: ["checks", "lab"], checks: ["checks"], runner: [] };

/**
 * Throws SetupError when this Node.js is too old.
 * @param {string} version
 */
export function checkNode(version) {
  const parsed = parseVersion(version);
  if (parsed !== undefined && isAtLeast(parsed, minimumNode)) return;
  throw new SetupError(`Node.js ${minimumNode} or newer is needed; this is ${version}.`, {
    exitCode: exitCodes.prerequisites,
    nextStep: "install a current Node.js (https://nodejs.org) and run the same command again",
  });
}

/**
 * What `npm run setup -- ARGS` asks for.
 * @param {readonly string[]} args
 * @returns {Purpose}
 */
export function parseSetupArguments(args) {
  if (args.length === 0) return "everything";
  if (args.length === 1 && args[0] === "--runner") return "runner";
  throw new SetupError(`Unknown: ${args.join(" ")}.`, {
    exitCode: exitCodes.usage,
    nextStep: "npm run setup, or npm run setup -- --runner",
  });
}

/**
 * Brings this machine to where its purpose can be served. Repeating it costs a second or two.
 * @param {Purpose} purpose
 */
export async function setup(purpose) {
  const start = Date.now();
  checkNode(process.versions.node);
  // First what may have to ask a person for root, before minutes are spent.
  await ensurePackages(debianPackages(packageGroups[purpose]));
  await installDependencies();
  await build();
  if (purpose !== "checks") await ensurePulumi();
  if (purpose === "everything") await ensureHcloudPlugin();
  print(`✔ Set up (${renderElapsed(Date.now() - start)})`);
}

/** Why hosts cannot be started here, as SetupError (exit code 3). */
export function checkLab() {
  const problems = [];
  if (process.platform !== "linux" || process.arch !== "x64") {
    problems.push(`lab hosts run on 64-bit PCs with Linux; this is ${process.platform}-${process.arch}`);
  }
  if (process.getuid?.() !== 0) problems.push("lab hosts and their network namespace need root");
  if (!existsSync("/dev/net/tun")) problems.push("/dev/net/tun is missing (load the kernel module tun)");
  if (problems.length === 0) return;
  throw new SetupError(`The lab cannot run here: ${problems.join("; ")}.`, {
    exitCode: exitCodes.prerequisites,
    nextStep: "run the same command as root on such a machine, or `npm test -- --unit` for the tests without hosts",
  });
}
