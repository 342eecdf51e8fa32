import { execa } from "execa";
import { LabError } from "./errors.js";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface CommandResult {
  /** -1 when it was ended by a signal, a deadline or could not be started. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Runs a program and reports how it ended; throws only when the signal aborts. */
export async function tryCommand(
  file: string,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const result = await execa(file, argv, {
    reject: false,
    stripFinalNewline: false,
    stdin: options.stdin === undefined ? "ignore" : "pipe",
    ...(options.stdin === undefined ? {} : { input: options.stdin }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    forceKillAfterDelay: 2_000,
  });
  options.signal?.throwIfAborted();
  const reason = result.exitCode === undefined && !result.timedOut ? `\n${result.shortMessage ?? ""}` : "";
  return {
    exitCode: result.exitCode ?? -1,
    stdout: result.stdout,
    stderr: result.stderr + reason,
    timedOut: result.timedOut,
  };
}

/** Runs a program; throws LabError `command-failed` with the end of what it said unless it exits with 0. */
export async function command(
  file: string,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await tryCommand(file, argv, options);
  if (result.exitCode === 0) return result;
  const ending = result.timedOut ? `took longer than ${options.timeoutMs} ms` : `ended with ${result.exitCode}`;
  const tail = `${result.stderr}${result.stdout}`.trim().split("\n").slice(-12).join("\n");
  throw new LabError(`${file} ${argv.slice(0, 3).join(" ")} ${ending}:\n${tail}`, {
    code: "command-failed",
    concerns: file,
  });
}
