import type { HostEvidence } from "@allmende/patching";
import { makeReport, reportTexts } from "@allmende/patching";
import { describe, expect, it } from "vitest";
import { stylesFor } from "../output/style.js";
import { renderPatchReport } from "./render-report.js";

const style = stylesFor(false);
const flaw = { urgency: "high" as const, alsoFixed: [], hasFix: true, ofBinary: false };
const data = {
  ...{ format: "tracker" as const, release: "trixie" },
  packages: new Map([["openssl", [{ ...flaw, id: "CVE-2026-1", fixedIn: "2" }]]]),
  dated: { origin: "data.json", date: "2026-11-20T00:00:00.000Z", dateIs: "file" as const },
};
const installed = [{ name: "openssl", version: "1", source: "openssl", sourceVersion: "1" }];
const packages = { release: "trixie", listsFrom: undefined, installed, pending: [], holds: ["podman"], keptBack: [] };
const hosts: HostEvidence[] = [
  ...Array.from({ length: 10 }, (_, index) => ({ host: `web${index}`, packages, runs: [] })),
  { host: "web99", error: "it does not answer", runs: [] },
];
const [sinceMs, untilMs] = [Date.parse("2026-11-01"), Date.parse("2026-11-24")];

describe("the report on a terminal", () => {
  it("begins with its headline and says what to act on, and how it is known", () => {
    const report = makeReport({ stack: "coop.prod", sinceMs, untilMs, hosts, data });
    const text = renderPatchReport(report, reportTexts("en"), style);
    expect(text.split("\n")[0]).toBe(reportTexts("en").headline("coop.prod", report.summary));
    expect(text).toMatch(/CVE-2026-1 +openssl +high +not known since when +web0, .*, web7 \(\+2\)/);
    expect(text).toContain("web3: podman: held by an administrator (apt-mark hold)");
    expect(text).toContain("web99: cannot be asked: it does not answer");
    expect(text).toContain("data.json, of 2026-11-20 (by the file's own time), 4 days old");
    expect(text).toContain("--advisories FILE|URL");
  });

  it("leaves out what there is nothing to say of, and says that CVEs are not known", () => {
    const report = makeReport({ stack: "coop.prod", sinceMs, untilMs, hosts: [] });
    const text = renderPatchReport(report, reportTexts("de"), style);
    expect(text).not.toContain("Zurückgehaltene");
    expect(text).toContain("CVEs sind nicht bekannt");
  });
});
