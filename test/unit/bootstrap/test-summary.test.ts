import { describe, expect, it } from "vitest";
import {
  failedTests,
  readVitestReport,
  renderFailedTests,
  renderSummary,
  sumCounts,
} from "../../../packages/cli/bootstrap/test-summary.mjs";

const report = (counts: object, files: readonly object[] = []) =>
  JSON.stringify({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: files,
    ...counts,
  });

describe("a vitest report", () => {
  it("counts tests", () => {
    const text = report({ numPassedTests: 7, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }, [
      { status: "failed", assertionResults: [{ status: "failed" }, { status: "failed" }] },
    ]);
    expect(readVitestReport(text, 1)).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });

  it("counts a file that did not load as a failure", () => {
    const text = report({ numPassedTests: 3 }, [
      { status: "passed", assertionResults: [{ status: "passed" }] },
      { status: "failed", assertionResults: [] },
    ]);
    expect(readVitestReport(text, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it("does not trust a run that ended badly without a failed test", () => {
    expect(readVitestReport(report({ numPassedTests: 3 }), 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
    expect(readVitestReport(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

it("sums and ends with one line", () => {
  const sum = sumCounts([
    { passed: 9, failed: 0, skipped: 0 },
    { passed: 100, failed: 1, skipped: 2 },
  ]);
  expect(sum).toEqual({ passed: 109, failed: 1, skipped: 2 });
  expect(renderSummary(sum)).toBe("109 passed, 1 failed");
});

it("names at the end what failed, with the first lines of its words", () => {
  const text = report({}, [
    { name: "/p/a.test.ts", status: "passed", message: "", assertionResults: [{ status: "passed" }] },
    {
      ...{ name: "/p/test/b.test.ts", status: "failed", message: "" },
      assertionResults: [
        { status: "passed", fullName: "fine", failureMessages: [] },
        { status: "failed", fullName: "a host: is up", failureMessages: ["Error: it is down\n    at b.test.ts:1"] },
      ],
    },
    { name: "/p/c.test.ts", status: "failed", message: "no module d", assertionResults: [] },
  ]);
  expect(renderFailedTests(failedTests(text), "/p")).toBe(`✘ test/b.test.ts: a host: is up
    Error: it is down
        at b.test.ts:1

✘ c.test.ts: (the whole file)
    no module d`);
  expect(failedTests(undefined)).toEqual([]);
  const long = { file: "/p/e.test.ts", name: "talks", message: Array(40).fill("word").join("\n") };
  expect(renderFailedTests([long], "/p").split("\n")).toHaveLength(17);
  expect(renderFailedTests([long], "/p")).toMatch(/… 25 more lines$/);
});
