/** One thing wrong with an input, in words its author understands. */
export interface Finding {
  /** Where in the input, outermost first: `["ports", "web"]`. Empty for the whole. */
  readonly path: readonly (string | number)[];
  /** What is wrong, what is allowed, in one or two sentences. */
  readonly message: string;
  /** File, line and column (from 1), when the input came from a file. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** One line: `services/anna-blog.yaml:4:6: ports.web: message`, with as much in front as is known. */
export function renderFinding(finding: Finding): string {
  const place = [finding.file, finding.line, finding.column].filter((part) => part !== undefined).join(":");
  return [place, finding.path.join("."), finding.message].filter((part) => part !== "").join(": ");
}
