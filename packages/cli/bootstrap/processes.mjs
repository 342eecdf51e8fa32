import { spawn } from "node:child_process";
import { constants } from "node:os";
import { InterruptedError, SetupError } from "./failures.mjs";

/** @typedef {{ pid: number | undefined, end: (signal: NodeJS.Signals) => void }} Running */

const outputLimit = 256 * 1024;
const graceMs = 10_000;

/** @type {Set<Running>} */
const running = new Set();
/** @type {NodeJS.Signals | undefined} */
let interruptedBy;

/** Turns signals into an orderly end: children first, then whoever waits for them cleans up. */
export function handleSignals() {
  for (const signal of /** @type {NodeJS.Signals[]} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      const again = interruptedBy !== undefined;
      interruptedBy = signal;
      for (const child of running) child.end(again ? "SIGKILL" : signal);
    });
  }
}

/** Throws when a signal came in. For loops that start no process. */
export function throwIfInterrupted() {
  if (interruptedBy !== undefined) throw new InterruptedError(interruptedBy);
}

/**
 * Runs a program without a terminal and collects what it says.
 * Throws SetupError when it fails (with the end of its output), InterruptedError after a signal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{
 *   cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number,
 *   onLine?: (line: string) => void, allowFailure?: boolean, finishFirst?: boolean,
 *   afterInterrupt?: boolean,
 * }} [options] `allowFailure` returns the exit code instead of throwing; `finishFirst` lets the program
 *   end by itself after a first signal, for package managers that must not be cut off; `afterInterrupt` is for cleaning up: it
 *   runs although a signal came in, and only a further one ends it.
 * @returns {Promise<{ exitCode: number, stdout: string, output: string }>} `output` holds both streams.
 */
export async function run(command, args, options = {}) {
  if (!options.afterInterrupt) throwIfInterrupted();
  // A group of its own, so that compilers and other grandchildren end with it.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  /** @param {NodeJS.Signals} signal */
  const endGroup = (signal) => {
    if (child.pid !== undefined) signalQuietly(-child.pid, signal);
  };
  /** @type {NodeJS.Timeout | undefined} */
  let killTimer;
  const entry = {
    pid: child.pid,
    /** @param {NodeJS.Signals} signal */
    end: (signal) => {
      if (options.finishFirst && signal !== "SIGKILL") {
        console.error(`\nWaiting for ${command} to finish; once more ends it at once.`);
        return;
      }
      // Shells make their background jobs deaf to SIGINT.
      endGroup(signal === "SIGKILL" ? signal : "SIGTERM");
      killTimer ??= setTimeout(() => endGroup("SIGKILL"), graceMs);
    },
  };
  running.add(entry);
  let timedOut = false;
  const deadline =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          entry.end("SIGKILL");
        }, options.timeoutMs);
  let stdout = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    stdout = (stdout + text).slice(-outputLimit);
    output = (output + text).slice(-outputLimit);
    lastLine(text, options.onLine);
  });
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    output = (output + text).slice(-outputLimit);
    lastLine(text, options.onLine);
  });
  try {
    const exitCode = await exitOf(child, command);
    if (!options.afterInterrupt) throwIfInterrupted();
    if (timedOut) throw new SetupError(`${command} took longer than ${(options.timeoutMs ?? 0) / 1000} s.`, { output });
    if (exitCode !== 0 && !options.allowFailure) {
      const tail = output.split("\n").slice(-40).join("\n");
      throw new SetupError(`\`${[command, ...args].join(" ")}\` failed with exit code ${exitCode}.`, { output: tail });
    }
    return { exitCode, stdout, output };
  } finally {
    clearTimeout(deadline);
    clearTimeout(killTimer);
    running.delete(entry);
  }
}

/**
 * Hands the terminal to a program until it ends; returns its exit code (128 + n after signal n).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, stdin?: "inherit" | "ignore", deadlineMs?: number }} [options]
 * @returns {Promise<{ exitCode: number, timedOut: boolean }>}
 */
export async function handOver(command, args, options = {}) {
  throwIfInterrupted();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.stdin ?? "inherit", "inherit", "inherit"],
  });
  let timedOut = false;
  const entry = {
    pid: child.pid,
    /** @param {NodeJS.Signals} signal */
    end: (signal) => {
      // Ctrl-C on a terminal reaches the whole foreground group by itself; twice would mean "at once" to many programs.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    },
  };
  running.add(entry);
  /** @type {NodeJS.Timeout[]} */
  const timers = [];
  if (options.deadlineMs !== undefined) {
    timers.push(
      setTimeout(() => {
        timedOut = true;
        child.kill("SIGTERM");
        timers.push(setTimeout(() => child.kill("SIGKILL"), 3 * graceMs));
      }, options.deadlineMs),
    );
  }
  try {
    return { exitCode: await exitOf(child, command), timedOut };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    running.delete(entry);
  }
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} command
 * @returns {Promise<number>}
 */
function exitOf(child, command) {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new SetupError(`${command} cannot be started: ${error.message}`)));
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
  });
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function signalQuietly(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/**
 * @param {string} text
 * @param {((line: string) => void) | undefined} onLine
 */
function lastLine(text, onLine) {
  const line = onLine && text.trimEnd().split("\n").at(-1)?.trim();
  if (line) onLine?.(line);
}
