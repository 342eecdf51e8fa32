import { constants } from "node:os";
import type { Client, ClientChannel } from "ssh2";
import { OutputCollector } from "./output.js";
import { requestExec, sendTerm } from "./session-channels.js";
import { pumpStdin } from "./stdin.js";

export interface ExecOptions {
  /** What the command reads; then its input ends. Sent as the host takes it. */
  readonly stdin?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** From the call on, queueing included. Default: none. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Every line of stdout as soon as it is whole, decoded as UTF-8, without its end. */
  readonly onStdoutLine?: ((line: string) => void) | undefined;
  /** Do not keep stdout (for endless output that `onStdoutLine` reads). */
  readonly discardStdout?: boolean | undefined;
  /** Most bytes of stdout and stderr together; default 64 MiB. */
  readonly maxOutputBytes?: number | undefined;
}

export interface ExecAsRootOptions extends ExecOptions {
  /** What the command reads instead of `stdin`, sent with it: one round trip less. In the host's process list: no secrets; at most 100 KiB. */
  readonly openStdin?: string | undefined;
}

export interface ExecResult {
  /** 128 + the signal's number when a signal ended it. */
  readonly exitCode: number;
  /** `SIGKILL`, …; undefined when it ended by itself. */
  readonly signal?: string | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Why there is no result. */
export type ExecFailure = "refused" | "lost" | "too-much-output" | "aborted" | { readonly thrown: unknown };

const defaultMaxOutputBytes = 64 * 1024 * 1024;

/** Runs one command on an open session channel. `onAbandoned` is called when it was closed before the command ended. */
export function runOnChannel(
  client: Client,
  channel: ClientChannel,
  command: string,
  options: ExecOptions,
  abort: AbortSignal,
  onAbandoned: () => void,
): Promise<ExecResult | ExecFailure> {
  return new Promise((resolve) => {
    const output = new OutputCollector(
      options.maxOutputBytes ?? defaultMaxOutputBytes,
      options.discardStdout !== true,
      options.onStdoutLine,
    );
    const stopped = new AbortController();
    let failure: ExecFailure | undefined;
    let exit: { code: number | null; signal?: string } | undefined;

    // The program is asked to end; one of root's cannot be asked, but finds its input and output closed.
    const stop = (reason: ExecFailure) => {
      if (failure !== undefined) return;
      failure = reason;
      abort.removeEventListener("abort", onAbort);
      stopped.abort();
      if (reason !== "refused") sendTerm(client, channel);
      channel.close();
      if (reason !== "refused") onAbandoned();
      channel.resume();
      channel.stderr.resume();
      resolve(reason);
    };
    const onAbort = () => stop("aborted");
    const guarded = (step: () => boolean) => {
      try {
        if (failure === undefined && !step()) stop("too-much-output");
      } catch (thrown) {
        stop({ thrown });
      }
    };

    channel.on("data", (chunk: Buffer) => guarded(() => output.addStdout(chunk)));
    channel.stderr.on("data", (chunk: Buffer) => guarded(() => output.addStderr(chunk)));
    channel.on("error", () => {});
    channel.on("exit", (code: number | null, signal?: string) => {
      exit = { code, ...(signal === undefined ? {} : { signal }) };
    });
    channel.once("close", () => {
      stopped.abort();
      abort.removeEventListener("abort", onAbort);
      if (failure !== undefined) return;
      guarded(() => {
        output.finish();
        return true;
      });
      if (failure !== undefined) return;
      resolve(exit === undefined ? "lost" : resultOf(exit, output));
    });
    if (abort.aborted) return stop("aborted");
    abort.addEventListener("abort", onAbort, { once: true });
    requestExec(client, channel, command, () => stop("refused"));
    pumpStdin(channel, options.stdin, stopped.signal).catch((thrown) => stop({ thrown }));
  });
}

function resultOf(exit: { code: number | null; signal?: string }, output: OutputCollector): ExecResult {
  const { stdout, stderr } = output;
  if (exit.code !== null) return { exitCode: exit.code, stdout, stderr };
  const number = constants.signals[exit.signal as NodeJS.Signals] ?? 127;
  return { exitCode: 128 + number, signal: exit.signal, stdout, stderr };
}
