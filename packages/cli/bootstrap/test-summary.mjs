/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

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
