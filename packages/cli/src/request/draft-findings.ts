import type { Finding, RequestChange } from "@allmende/model";

/** Findings of a request that is in no file yet, without a place in one: that file is never written. */
export function withoutDraftFile(findings: readonly Finding[], file: string): Finding[] {
  return findings.map((finding) =>
    finding.file === file ? { path: finding.path, message: finding.message } : finding,
  );
}

/** With the option by which it was given in the place of the key: `--set port` for `values.port`. */
export function nameOption(finding: Finding, change: RequestChange): Finding {
  const { file, path } = finding;
  const [key, field] = path;
  if (file !== undefined || typeof key !== "string") return finding;
  if (key === "values") return { ...finding, path: field === undefined ? [] : [`--set ${field}`] };
  const service = { create: "--service", change: "--change", end: "--end", work: "service" }[change];
  const options: Readonly<Record<string, string>> = {
    ...{ service, member: "--member", host: "--host", level: "--level", date: "--date", askedBy: "--by" },
  };
  return { ...finding, path: [options[key] ?? key] };
}
