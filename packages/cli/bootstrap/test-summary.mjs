import { relative } from "node:path";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ file: string, name: string, message: string }} FailedTest */
/** @typedef {{ status: string, fullName: string, failureMessages: string[] }} ReportedTest */
/** @typedef {{ name: string, status: string, message: string, assertionResults: ReportedTest[] }} ReportedFile */

const messageLines = 15;

/**
 * What a vitest run came to, from its JSON report. Files that did not even load, and a run that ended badly without
 * any failed test (an unhandled error, a killed process), count as failures too.
 * @param {string | undefined} report undefined when vitest wrote none
 * @param {number} exitCode
 * @returns {Counts}
 */
export function readVitestReport(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(report);
  const broken = testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
      file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  const failed = numFailedTests + broken.length;
  return {
    passed: numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: numPendingTests + numTodoTests,
  };
}

/**
 * Every test that failed, in the order of the report, and every file that did not even load.
 * @param {string | undefined} report
 * @returns {FailedTest[]}
 */
export function failedTests(report) {
  if (report === undefined) return [];
  /** @type {{ testResults: ReportedFile[] }} */
  const { testResults } = JSON.parse(report);
  return testResults
    .filter(({ status }) => status === "failed")
    .flatMap(({ name: file, message, assertionResults }) => {
      const failed = assertionResults.filter((test) => test.status === "failed");
      if (failed.length === 0) return [{ file, name: "(the whole file)", message }];
      return failed.map((test) => ({ file, name: test.fullName, message: test.failureMessages.join("\n") }));
    });
}

/**
 * What failed and with which words, for whoever sees only the end of a log.
 * @param {readonly FailedTest[]} failed
 * @param {string} root files are named from here
 */
export function renderFailedTests(failed, root) {
  /** @param {FailedTest} test */
  const one = ({ file, name, message }) => {
    const lines = message.trimEnd().split("\n");
    const rest = lines.length > messageLines ? [`… ${lines.length - messageLines} more lines`] : [];
    const shown = [...lines.slice(0, messageLines), ...rest].map((line) => `    ${line}`.trimEnd());
    return [`✘ ${relative(root, file)}: ${name}`, ...shown].join("\n");
  };
  return failed.map(one).join("\n\n");
}

/**
 * @param {readonly Counts[]} parts
 * @returns {Counts}
 */
export function sumCounts(parts) {
  return parts.reduce(
    (sum, part) => ({
      passed: sum.passed + part.passed,
      failed: sum.failed + part.failed,
      skipped: sum.skipped + part.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/**
 * The last line of `npm test`.
 * @param {Counts} counts
 */
export function renderSummary(counts) {
  return `${counts.passed} passed, ${counts.failed} failed`;
}
