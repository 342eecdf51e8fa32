import { type ExitCode, exitCodes } from "./exit-codes.js";
import { type Styles, stylesFor } from "./output/style.js";
import { detectTerminal, type Terminal } from "./output/terminal.js";

/** What every command works with. */
export interface Context {
  readonly terminal: Terminal;
  readonly style: Styles;
  readonly debug: boolean;
  /** First Ctrl-C: end after the running steps. */
  readonly signal: AbortSignal;
  /** Second Ctrl-C: end at once. */
  readonly force: AbortSignal;
  /** What the process ends with when the command does not throw. */
  exitCode: ExitCode;
  /** What a first Ctrl-C says. */
  interruptMessage: string;
  /** A JSON document is out: an error after it may not add a second one. */
  wroteJson: boolean;
}

/** The context of the real process; `dispose` takes the signal handlers away. */
export function createContext(terminal = detectTerminal(), environment = process.env): Context & { dispose(): void } {
  const gentle = new AbortController();
  const force = new AbortController();
  const style = stylesFor(terminal.colors);
  const context = { interruptMessage: "" };
  const onSignal = () => {
    if (gentle.signal.aborted) {
      terminal.err("\nstopping at once\n");
      force.abort();
      // Whatever still runs gets a moment to notice, then the process ends.
      setTimeout(() => process.exit(exitCodes.interrupted), 500).unref();
      return;
    }
    terminal.err(`\n${context.interruptMessage}`);
    gentle.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return Object.assign(context, {
    terminal,
    style,
    debug: Boolean(environment["ALLMENDE_DEBUG"]),
    signal: gentle.signal,
    force: force.signal,
    exitCode: exitCodes.ok,
    wroteJson: false,
    dispose: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  });
}

/** JSON results: one document, indented, ending in a newline. */
export function writeJson(context: Context, value: unknown): void {
  context.wroteJson = true;
  context.terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}
