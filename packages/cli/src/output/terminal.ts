/** Where a command writes, and what the reader's end can show. */
export interface Terminal {
  /** Results: tables, JSON, files' contents. */
  out(text: string): void;
  /** Everything else: progress, findings, errors. */
  err(text: string): void;
  /** A person watches: progress may redraw lines. */
  readonly interactive: boolean;
  /** Results go to a terminal, and not into a file or to another program. */
  readonly isTerminal: boolean;
  readonly colors: boolean;
}

/** Colours and redrawing only where a terminal shows them; NO_COLOR and FORCE_COLOR are honoured. */
export function detectTerminal(
  stdout: { isTTY?: boolean; write(text: string): unknown } = process.stdout,
  stderr: { isTTY?: boolean; write(text: string): unknown } = process.stderr,
  environment: NodeJS.ProcessEnv = process.env,
): Terminal {
  const interactive = Boolean(stdout.isTTY && stderr.isTTY) && environment["TERM"] !== "dumb" && !environment["CI"];
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    interactive,
    isTerminal: Boolean(stdout.isTTY),
    colors: wantsColors(Boolean(stdout.isTTY), environment),
  };
}

function wantsColors(isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean {
  if (environment["NO_COLOR"]) return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && environment["TERM"] !== "dumb";
}
