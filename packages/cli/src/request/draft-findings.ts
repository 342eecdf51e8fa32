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
  if (change === "work" && !["service", "member", "date", "askedBy"].includes(key)) return nameWork(finding, key);
  const service = { create: "--service", change: "--change", end: "--end", work: "--service" }[change];
  const options: Readonly<Record<string, string>> = {
    ...{ service, member: "--member", host: "--host", level: "--level", date: "--date", askedBy: "--by" },
  };
  return { ...finding, path: [options[key] ?? key] };
}

/** Of work, `--set` gives keys of the request. */
function nameWork(finding: Finding, key: string): Finding {
  const name = key === "kind" ? { is: "kind", reason: "reason" }[String(finding.path[1] ?? "is")] : key;
  return { ...finding, path: key === "title" ? ["--work"] : [`--set ${name ?? key}`] };
}
