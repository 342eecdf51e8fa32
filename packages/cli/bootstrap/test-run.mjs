import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runChecks } from "./check.mjs";
import { exitCodes, InterruptedError, reportFailure } from "./failures.mjs";
import { endLabs, listLabs } from "./lab-cleanup.mjs";
import { handOver, throwIfInterrupted } from "./processes.mjs";
import { checkLab, setup } from "./setup.mjs";
import { listFiles } from "./source-files.mjs";
import { failedTests, readVitestReport, renderFailedTests, renderSummary, sumCounts } from "./test-summary.mjs";
import { root } from "./tools.mjs";

/** @typedef {import("./test-summary.mjs").Counts} Counts */
/** @typedef {import("./test-summary.mjs").FailedTest} FailedTest */
/** @typedef {"unit" | "lab"} Ring */

/** A ring that takes longer hangs; the lab's own limits are far below. */
const deadlineMs = { unit: 15 * 60_000, lab: 80 * 60_000 };
const evidence = join(root, ".evidence");
const evidenceLines = 60;

/**
 * What `npm test -- ARGS` asks for: rings by `--unit` and `--lab` (both when neither is named), all else is vitest's.
 * @param {readonly string[]} args
 * @returns {{ rings: readonly Ring[], rest: readonly string[] }}
 */
export function parseTestArguments(args) {
  const all = /** @type {const} */ (["unit", "lab"]);
  const named = all.filter((ring) => args.includes(`--${ring}`));
  const rest = args.filter((arg) => !all.some((ring) => arg === `--${ring}`));
  return { rings: named.length === 0 ? all : named, rest };
}

/**
 * Sets up, checks, tests. The last line of its output counts everything, whatever happened before.
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function runTests(args) {
  const { rings, rest } = parseTestArguments(args);
  /** @type {Counts[]} */
  const parts = [];
  /** @type {FailedTest[]} */
  const failed = [];
  let exitCode = 0;
  try {
    if (rings.includes("lab")) checkLab();
    await setup(rings.includes("lab") ? "everything" : "checks");
    console.log("\nChecks");
    parts.push({ ...(await runChecks()), skipped: 0 });
    for (const ring of rings) {
      console.log(`\nTests: ${ring}`);
      const result = await runRing(ring, rest);
      parts.push(result.counts);
      failed.push(...result.failed);
      throwIfInterrupted();
    }
  } catch (error) {
    exitCode = reportFailure(error);
    if (!(error instanceof InterruptedError)) parts.push({ passed: 0, failed: 1, skipped: 0 });
  }
  const counts = sumCounts(parts);
  if (counts.failed > 0 && exitCode === 0) exitCode = exitCodes.failed;
  if (failed.length > 0) console.log(`\nFailed\n\n${renderFailedTests(failed, root)}\n`);
  if (counts.skipped > 0) console.log(`${counts.skipped} skipped`);
  console.log(`\n${renderSummary(counts)}`);
  return exitCode;
}

/** The labs that tests start: no other may be ended, somebody may have started it meanwhile. */
const listTestLabs = () => listLabs().filter((name) => /^(labtest|test([2-9]|-[a-z-]+)?)$/.test(name));

/**
 * @param {Ring} ring
 * @param {readonly string[]} rest
 * @returns {Promise<{ counts: Counts, failed: FailedTest[] }>}
 */
async function runRing(ring, rest) {
  const out = join(root, "test/.out");
  const reportPath = join(out, `vitest-${ring}.json`);
  mkdirSync(out, { recursive: true });
  rmSync(reportPath, { force: true });
  if (ring === "lab") {
    rmSync(evidence, { recursive: true, force: true });
    // Hosts that a killed run has left would be taken for this run's own, with all that it had put there.
    await endLabs(listTestLabs(), undefined);
  }
  const { exitCode, timedOut } = await handOver(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      "--config=test/vitest.config.ts",
      `--project=${ring}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportPath}`,
      // A filter may well name tests of one ring only.
      ...(rest.length > 0 ? ["--passWithNoTests", ...rest] : []),
    ],
    { cwd: root, stdin: "ignore", deadlineMs: deadlineMs[ring] },
  );
  if (ring === "lab") {
    // The tests' hosts are shared by their files, so none of these ends them.
    await endLabs(listTestLabs(), timedOut ? evidence : undefined);
  }
  throwIfInterrupted();
  if (timedOut)
    console.error(`The ${ring} tests were ended: they took longer than ${deadlineMs[ring] / 60_000} minutes.`);
  const report = !timedOut && existsSync(reportPath) ? readFileSync(reportPath, "utf8") : undefined;
  const counts = readVitestReport(report, exitCode);
  if (counts.failed > 0 && ring === "lab") printEvidence();
  return { counts, failed: failedTests(report) };
}

/** The end of each file that failed lab tests kept: consoles and journals of their hosts. */
function printEvidence() {
  if (!existsSync(evidence)) return;
  for (const path of listFiles(root, [".evidence"], /./)) {
    const lines = readFileSync(join(root, path), "utf8").trimEnd().split("\n");
    console.log(`\n── ${path} (last ${Math.min(evidenceLines, lines.length)} of ${lines.length} lines)`);
    console.log(lines.slice(-evidenceLines).join("\n"));
  }
}
