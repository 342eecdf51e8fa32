import { spawn } from "node:child_process";
import { AllmendeError } from "@allmende/model";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { toolsModuleUrl } from "../paths.js";

/** What one run of the Pulumi CLI printed. */
export interface EngineOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** The Pulumi CLI ended with an error; `stderr` is what it said. */
export class EngineError extends AllmendeError {
  readonly stderr: string;
  readonly exitCode: number;

  constructor(
    message: string,
    details: { stderr: string; exitCode: number; nextStep?: string; interrupted?: boolean },
  ) {
    super(message, { code: details.interrupted ? "interrupted" : "engine-failed", nextStep: details.nextStep });
    this.stderr = details.stderr;
    this.exitCode = details.exitCode;
  }
}

/**
 * Runs the Pulumi CLI for the Automation API, in a process group of its own: a Ctrl-C on the terminal would otherwise
 * reach the engine as well as us, and the engine takes its second interrupt as an order to drop everything.
 * The signal's first abort lets the running steps end; aborting `force` kills the engine.
 */
export class EngineCommand {
  readonly command: string;
  readonly version: { toString(): string } | null;
  readonly #force: AbortSignal | undefined;

  constructor(command: string, version: { toString(): string } | null, force?: AbortSignal) {
    this.command = command;
    this.version = version;
    this.#force = force;
  }

  /** The shape that the Automation API calls; its type has a private constructor. */
  get forAutomation(): PulumiCommand {
    return this as unknown as PulumiCommand;
  }

  /** Runs `pulumi ARGS`; `input` is written to standard input (secrets never go into the arguments). */
  async run(
    args: readonly string[],
    workingDirectory: string,
    environment: Record<string, string>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
    input?: string,
  ): Promise<EngineOutput> {
    const allArgs = args.includes("--non-interactive") ? [...args] : [...args, "--non-interactive"];
    const child = spawn(this.command, allArgs, {
      cwd: workingDirectory,
      env: { ...process.env, ...environment, PULUMI_AUTOMATION_API: "true" },
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    child.stdin.on("error", () => {}); // It may end without reading.
    child.stdin.end(input ?? "");
    const interrupt = () => child.kill("SIGINT");
    const kill = () => child.kill("SIGKILL");
    signal?.addEventListener("abort", interrupt, { once: true });
    this.#force?.addEventListener("abort", kill, { once: true });
    try {
      const output = { stdout: "", stderr: "" };
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output.stdout += text;
        onOutput?.(text);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        output.stderr += text;
        onError?.(text);
      });
      const code = await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (exitCode) => resolve(exitCode ?? -1));
      });
      if (code !== 0) throw engineErrorOf(output.stderr || output.stdout, code, signal?.aborted ?? false);
      return { ...output, code };
    } finally {
      signal?.removeEventListener("abort", interrupt);
      this.#force?.removeEventListener("abort", kill);
    }
  }
}

function engineErrorOf(text: string, exitCode: number, interrupted: boolean): EngineError {
  if (interrupted)
    return new EngineError("interrupted", {
      stderr: text,
      exitCode,
      interrupted,
      nextStep: "run the same command again: it goes on from here",
    });
  const holders = [...text.matchAll(/created by (\S+) \(pid (\d+)\) at (\S+)/g)];
  if (holders.length > 0) return lockedBy(holders, text, exitCode);
  const said =
    text
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("error:"))
      .at(-1) ??
    text.trim().split("\n").at(-1) ??
    "";
  const nextStep = adviceFor(text);
  return new EngineError(said.replace(/^error:\s*/, "") || `pulumi ended with code ${exitCode}`, {
    stderr: text,
    exitCode,
    ...(nextStep && { nextStep }),
  });
}

/** A lock in a backend that is not local, or one that was made just now: only the engine's own words tell whose. */
function lockedBy(holders: readonly RegExpExecArray[], text: string, exitCode: number): EngineError {
  const shown = holders.map(([, who, pid, since]) => `${who} (process ${pid}), since ${since}`);
  return new EngineError(`the stack is locked by ${shown.join("; ")}`, {
    stderr: text,
    exitCode,
    nextStep:
      "wait for it to end; when you know that it runs no more: allmende unlock (where the state is a local folder), else pulumi cancel",
  });
}

function adviceFor(text: string): string | undefined {
  if (/another update is currently in progress/i.test(text)) {
    return "wait for the other run to end; when you know that it runs no more: pulumi cancel";
  }
  if (/incorrect passphrase|passphrase must be set/i.test(text)) {
    return "set PULUMI_CONFIG_PASSPHRASE_FILE to the file with this stack's passphrase";
  }
  if (
    /plugin.*allmende.*(not found|no resource plugin|failed to load)|no resource plugin 'pulumi-resource-allmende'/i.test(
      text,
    )
  ) {
    return "build the plugin: npm run setup";
  }
  return undefined;
}

interface Tools {
  findPulumi(): Promise<string | undefined>;
  readonly pulumiVersion: string;
}

/** The Pulumi CLI: the one on PATH when its version suits, else the cached one. AllmendeError `pulumi-missing` when there is none. */
export async function findEngineCommand(force?: AbortSignal): Promise<EngineCommand> {
  const { findPulumi, pulumiVersion } = (await import(toolsModuleUrl)) as Tools;
  const path = await findPulumi();
  if (path === undefined) {
    throw new AllmendeError("the Pulumi CLI is missing", {
      code: "pulumi-missing",
      nextStep: "run `npm run setup` in the project's folder: it installs or builds the right version",
    });
  }
  return new EngineCommand(path, pulumiVersion, force);
}
