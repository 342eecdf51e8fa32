import { expect, it } from "vitest";
import { makeReport } from "./patch-report.js";
import { renderReportHtml } from "./report-html.js";
import { dataOf, evidenceOf, packagesOf, runOf } from "./testing/evidence.js";

/** 300 packages with 5,000 CVEs: for one in a hundred there is a fix that a fifth of the hosts lacks, for one in ten none at all. */
const flaws = Array.from({ length: 5000 }, (_, index) => {
  const fixedIn = index % 100 === 6 ? "1.1" : index % 10 === 0 ? undefined : "1.0";
  return { source: `source${index % 300}`, id: `CVE-2026-${10_000 + index}`, ...(fixedIn && { fixedIn }) };
});

it("judges 1,000 hosts with 300 packages against 5,000 CVEs", () => {
  const packages = [0, 1].map((minor) =>
    Array.from({ length: 300 }, (_, index) => `package${index} 1.${minor} source${index}`),
  );
  const hosts = Array.from({ length: 1000 }, (_, index) => ({
    host: `host${index}`,
    packages: packagesOf(packages[index % 5 === 0 ? 0 : 1] ?? []),
    runs: [
      runOf("2026-11-20", {
        upgraded:
          index % 5 === 0
            ? []
            : Array.from({ length: 300 }, (_, place) => ({ name: `package${place}`, from: "1.0", to: "1.1" })),
      }),
    ],
  }));
  const data = dataOf(flaws);
  const report = makeReport(evidenceOf({ hosts, data }));
  expect(report.summary).toMatchObject({ openCves: 50, openHosts: 200, fixedCves: 50, noFixCves: 500 });
  expect(report.exposures).toHaveLength(50 * 1000);
  expect(renderReportHtml(report, "en")).toContain("host999");
}, 120_000);
