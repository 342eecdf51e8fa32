import { join, relative } from "node:path";
import type { Finding } from "@allmende/model";

/** Findings of an inventory's files, with the files' whole paths, in the order in which somebody reads them. */
export function placeFindings(directory: string, findings: readonly Finding[]): Finding[] {
  return findings
    .map((finding) => (finding.file === undefined ? finding : { ...finding, file: join(directory, finding.file) }))
    .sort(
      (one, other) =>
        (one.file ?? "").localeCompare(other.file ?? "") ||
        (one.line ?? 0) - (other.line ?? 0) ||
        (one.column ?? 0) - (other.column ?? 0),
    );
}

/** `inventory/services/anna-blog.yaml:4:6: ram: …` as editors and CI understand it. */
export function renderFinding(finding: Finding, base = process.cwd()): string {
  const file = finding.file === undefined ? "" : relative(base, finding.file) || finding.file;
  const place = [file, finding.line, finding.line === undefined ? undefined : finding.column].filter(
    (part) => part !== undefined && part !== "",
  );
  const path = finding.path.join(".");
  return [place.join(":"), path, finding.message].filter((part) => part !== "").join(": ");
}
