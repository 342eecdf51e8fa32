import { CommanderError } from "commander";
import { createContext, writeJson } from "./context.js";
import { exitCodeOf, exitCodes } from "./exit-codes.js";
import { describeError, renderError } from "./output/errors.js";
import { createProgram } from "./program.js";

/** Runs `allmende ARGS` and returns its exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
  const context = createContext();
  // `allmende … | head`: whoever reads may stop reading.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.ok);
    throw error;
  });
  try {
    await createProgram(context).parseAsync([...args], { from: "user" });
    return context.signal.aborted && context.exitCode === exitCodes.ok ? exitCodes.interrupted : context.exitCode;
  } catch (error) {
    // Commander has already said what is wrong with the arguments.
    if (error instanceof CommanderError) return exitCodeOf(error);
    if (context.signal.aborted && error instanceof Error && error.name === "AbortError" && !args.includes("--json")) {
      context.terminal.err("interrupted\n");
      return exitCodes.interrupted;
    }
    if (!args.includes("--json"))
      context.terminal.err(renderError(error, { colors: context.terminal.colors, debug: context.debug }));
    else if (!context.wroteJson) writeJson(context, { ok: false, error: describeError(error) });
    return context.signal.aborted ? exitCodes.interrupted : exitCodeOf(error);
  } finally {
    context.dispose();
  }
}
