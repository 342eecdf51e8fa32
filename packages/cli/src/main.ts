import { type Command, CommanderError } from "commander";
import { type Context, createContext, writeJson } from "./context.js";
import { exitCodeOf, exitCodes } from "./exit-codes.js";
import { describeError, renderError } from "./output/errors.js";
import { isInterruption } from "./output/interruption.js";
import { createProgram, usageHint } from "./program.js";

/** Runs `allmende ARGS` and returns its exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
  const context = createContext();
  // For the rest of the process: what was written last may fail after everything else.
  if (!process.stdout.listeners("error").includes(onStdoutError)) process.stdout.on("error", onStdoutError);
  const json = args.includes("--json");
  const program = createProgram(context, { quiet: json });
  try {
    await program.parseAsync([...args], { from: "user" });
    return context.signal.aborted && context.exitCode === exitCodes.ok ? exitCodes.interrupted : context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return afterParsing(context, program, args, error);
    const aborted = context.signal.aborted && error instanceof Error && error.name === "AbortError";
    if ((isInterruption(error) || aborted) && !json) {
      context.terminal.err("interrupted\n");
      return exitCodes.interrupted;
    }
    if (!json) context.terminal.err(renderError(error, { colors: context.terminal.colors, debug: context.debug }));
    else if (!context.wroteJson) writeJson(context, { ok: false, error: describeError(error) });
    return context.signal.aborted ? exitCodes.interrupted : exitCodeOf(error);
  } finally {
    context.dispose();
  }
}

/** `allmende … | head`: whoever reads may stop reading. */
function onStdoutError(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? exitCodes.ok);
  throw error;
}

/** Commander shows help, and says what is wrong with the arguments, but only in words. */
function afterParsing(context: Context, program: Command, args: readonly string[], error: CommanderError): number {
  const exitCode = exitCodeOf(error);
  if (exitCode === exitCodes.ok) return exitCode;
  const nextStep = usageHint(program, args);
  const isHelp = error.code === "commander.help";
  if (args.includes("--json")) {
    const message = isHelp ? "a command is missing or unknown" : error.message.replace(/^error: /, "");
    writeJson(context, { ok: false, error: { message, code: "bad-usage", nextStep } });
  } else if (!isHelp) {
    context.terminal.err(`  next: ${nextStep}\n`);
  }
  return exitCode;
}
