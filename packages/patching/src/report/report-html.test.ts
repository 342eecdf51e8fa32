import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeReport } from "./patch-report.js";
import { renderReportHtml } from "./report-html.js";
import { dataOf, evidenceOf, ordered, packagesOf, runOf } from "./testing/evidence.js";

/** A report with all of its sections, in which every text that comes from elsewhere is made by `text`. */
function reportOf(text: (place: string) => string) {
  const [open, bare] = [text("source"), text("bare")];
  const data = dataOf([
    { source: open, id: text("cve"), fixedIn: "2" },
    { source: bare, id: text("no fix"), urgency: "low" },
  ]);
  const packages = packagesOf([], {
    installed: [open, bare].map((source) => ({ name: source, version: "1", source, sourceVersion: "1" })),
    holds: [text("hold")],
  });
  const run = runOf("2026-11-20", {
    outcome: "refused",
    occurrence: text("occurrence"),
    cause: { code: "x", message: text("cause") },
    ordered: [ordered(text("ordered").replaceAll(":", ""), "1", text("version"))],
  });
  return makeReport(
    evidenceOf({
      stack: text("stack"),
      hosts: [
        { host: text("host"), packages, runs: [run] },
        { host: text("silent"), error: text("error"), runs: [] },
        { host: text("other"), packages: packagesOf([], { release: "sid" }), runs: [] },
      ],
      data: { ...data, dated: { ...data.dated, origin: text("origin"), staleBecause: text("stale") } },
    }),
  );
}

const tagsOf = (page: string) => page.match(/<[^>]*>/g);
const hostile = fc.oneof(
  fc.constantFrom("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><b>", "<!--", "]]>", "&lt;"),
  fc.string({ unit: fc.constantFrom("<", ">", '"', "'", "&", "/", "!", "-", "a", "=", "`", "\n") }),
);

describe.each(["en" as const, "de" as const])("the page in %s", (language) => {
  it("has the same tags whatever the texts are, and shows each text", () => {
    const expected = tagsOf(
      renderReportHtml(
        reportOf((place) => place),
        language,
      ),
    );
    fc.assert(
      fc.property(hostile, (end) => {
        const page = renderReportHtml(
          reportOf((place) => `${place}${end}`),
          language,
        );
        expect(tagsOf(page)).toEqual(expected);
        for (const place of ["stack", "host", "silent", "error", "other", "hold", "cause", "origin", "stale", "cve"])
          expect(page).toContain(place);
      }),
    );
  });

  it("loads nothing and runs nothing, and names its language", () => {
    const page = renderReportHtml(
      reportOf((place) => place),
      language,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(| on\w+=/i);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).not.toMatch(/undefined|\[object/);
  });

  it("has one headline: title and first heading are the same", () => {
    const page = renderReportHtml(
      reportOf((place) => place),
      language,
    );
    const title = /<title>(.*)<\/title>/.exec(page)?.[1];
    expect(/<h1[^>]*>(.*)<\/h1>/.exec(page)?.[1]).toBe(title);
  });
});
