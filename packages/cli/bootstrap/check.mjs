// `pnpm check`: everything that can be said about the code without running it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exitCodes, InterruptedError, reportFailure, SetupError } from "./failures.mjs";
import { handleSignals, run } from "./processes.mjs";
import { renderElapsed } from "./progress.mjs";
import { checkLengths, listFiles } from "./source-files.mjs";
import { findOnPath, root } from "./tools.mjs";

/** @typedef {{ name: string, check: () => Promise<string> }} Check `check` returns what is wrong; nothing: all is well. */

const maximumLines = 300;
const folders = ["packages", "stacks", "templates", "test"];

/**
 * A Node.js program of the workspace's own dependencies.
 * @param {string} script relative to the root
 * @param {readonly string[]} args
 */
async function tool(script, args) {
  const env = { FORCE_COLOR: "0", NO_COLOR: "1" };
  const { exitCode, output } = await run(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env,
    allowFailure: true,
  });
  return exitCode === 0 ? "" : output || `exit code ${exitCode}`;
}

/** @param {...string} args */
const tsc = (...args) => tool("node_modules/typescript/bin/tsc", [...args, "--pretty", "false"]);

async function checkStacks() {
  const problems = [];
  for (const project of listFiles(root, ["stacks"], /\/tsconfig\.json$/)) {
    problems.push(await tsc("-p", project, "--noEmit"));
  }
  return problems.join("");
}

const shellcheckOptions = [
  "--severity=style",
  // What a script reads with `.` lies beside it.
  "--external-sources",
  "--source-path=SCRIPTDIR",
  // BusyBox' shell is checked as dash, its closest relative.
  "--exclude=SC2187",
];

async function checkShell() {
  const scripts = [...listFiles(root, folders, /\.sh$/), ".ci/run"];
  const shellcheck = findOnPath("shellcheck");
  if (shellcheck === undefined) return "shellcheck is missing: npm run setup";
  return (
    await run(shellcheck, [...shellcheckOptions, ...scripts], {
      cwd: root,
      allowFailure: true,
    })
  ).output;
}

/** The packages come first and alone: the others read their declarations. */
const first = {
  name: "types of the packages",
  check: () => tsc("-b", "packages"),
};

/** @type {readonly Check[]} */
const others = [
  { name: "types of tests", check: () => tsc("-p", "test/tsconfig.json") },
  { name: "types of stacks", check: checkStacks },
  {
    name: "types of the bootstrap",
    check: () => tsc("-p", "packages/cli/bootstrap/tsconfig.json"),
  },
  {
    name: "lint and format",
    check: () => tool("node_modules/@biomejs/biome/bin/biome", ["ci", "--error-on-warnings", "--colors=off", "."]),
  },
  {
    name: "unused files, exports and dependencies",
    check: () => tool("node_modules/knip/bin/knip.js", ["--no-progress", "--treat-config-hints-as-errors"]),
  },
  {
    name: "direction of imports",
    check: () =>
      tool("node_modules/vitest/vitest.mjs", [
        "run",
        "--config=test/vitest.config.ts",
        "--project=unit",
        "test/unit/imports.test.ts",
      ]),
  },
  { name: "shell scripts", check: checkShell },
  {
    name: `no file above ${maximumLines} lines`,
    check: async () => checkLengths(root, listFiles(root, folders, /\.([cm]?[jt]s|sh|py)$/), maximumLines).join("\n"),
  },
];

/**
 * Runs all checks, two at a time, prints a line for each and what the failed ones said.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  const results = [await runOne(first)];
  const queue = [...others];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.push(await runOne(next));
  };
  await Promise.all([worker(), worker()]);
  const failed = results.filter((ok) => !ok).length;
  return { passed: results.length - failed, failed };
}

/** @param {Check} check */
async function runOne({ name, check }) {
  const start = Date.now();
  const problem = (await messageOf(check)).trimEnd();
  const ok = problem === "";
  console.log(`${ok ? "✔" : "✘"} ${name} (${renderElapsed(Date.now() - start)})`);
  if (!ok) console.log(problem.replaceAll(/^/gm, "  | "));
  return ok;
}

/** @param {() => Promise<string>} check */
async function messageOf(check) {
  try {
    return await check();
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    // The other checks go on, so that nobody waits for one that nobody counts.
    return String(/** @type {Error} */ (error).stack);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  handleSignals();
  try {
    if (!existsSync(join(root, "node_modules/typescript"))) {
      throw new SetupError("The workspace's dependencies are not installed.", {
        nextStep: "npm run setup",
      });
    }
    process.exitCode = (await runChecks()).failed === 0 ? 0 : exitCodes.failed;
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}
