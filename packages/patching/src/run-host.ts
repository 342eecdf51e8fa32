import { ConnectError, defaultRunLimits, HostError } from "@allmende/model";
import type { ExecResult } from "@allmende/ssh";
import type { HeldKernel } from "./held-kernel.js";
import type { HostRun } from "./host-run.js";
import { parseRun } from "./parsed-run.js";
import type { PatchConnection, PatchTarget } from "./patch-connection.js";
import { renderOrder } from "./run-order.js";
import type { PendingPackage, RunIdentity, RunPolicy, RunPrediction } from "./run-policy.js";
import { fatalError, parseScriptOutput, type ScriptOutput } from "./script-output.js";
import { loadPatchScript } from "./scripts.js";

export interface RunHostOptions {
  /** Leaves the host alone at once; what it is doing it finishes, and the same run again goes on from there. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: HostProgress) => void) | undefined;
  /** What the plan said that it would take: recorded on the host, and compared in reports. */
  readonly prediction?: RunPrediction | undefined;
  /** Kernels that it is not to get, since other hosts have failed with them. */
  readonly hold?: readonly HeldKernel[] | undefined;
  readonly now?: (() => number) | undefined;
}

/** What a host does right now: a phase that begins, or a step of it. */
export interface HostProgress {
  readonly host: string;
  readonly phase: string;
  readonly message?: string | undefined;
}

/** What a phase looks at first: that it begins is no claim that there is something to do. */
const questions: Readonly<Record<string, string>> = {
  upgrade: "is there something to upgrade?",
  reboot: "is a reboot needed?",
};

/** `upgrade: upgrading 2 packages`: where a host is, without its name. */
export function describeProgress({ phase, message }: Pick<HostProgress, "phase" | "message">): string {
  return message === undefined ? (questions[phase] ?? phase) : `${phase}: ${message}`;
}

/** Upgrading over a slow line takes a while. */
const callTimeoutMs = 2 * 60 * 60_000;

/**
 * One host's part of a patch run, from the lock to the report: a new connection for each part that proves something.
 * A run that was cut off goes on where it was; one that was done gives its report again and does nothing.
 * Throws ConnectError (never reached), HostError: `locked`, `lock-expired`, `lock-lost`, `bad-order`, `journal-unwritable` (nothing, or
 * nothing more, was done), `host-not-back` (it was reached, and then no more), `aborted`.
 */
export async function runHost(
  target: PatchTarget,
  identity: RunIdentity,
  policy: RunPolicy,
  packages: readonly PendingPackage[],
  options: RunHostOptions = {},
): Promise<HostRun> {
  const now = options.now ?? Date.now;
  const patienceMs = 3000 * (policy.limits?.rebootSeconds ?? defaultRunLimits.rebootSeconds);
  let lastContactMs: number | undefined;
  let phase = "lock";
  const onStdoutLine = (line: string) => {
    const [kind, text = ""] = line.split("\t");
    if (kind === "phase") phase = text;
    if (kind === "phase") options.onProgress?.({ host: target.name, phase });
    if (kind === "progress") options.onProgress?.({ host: target.name, phase, message: text });
  };
  for (;;) {
    options.signal?.throwIfAborted();
    let output: ScriptOutput;
    let ssh: PatchConnection | undefined;
    try {
      ssh = await target.connect(options.signal);
      lastContactMs = now();
      const order = renderOrder(identity, policy, packages, now(), options.prediction, options.hold);
      output = await call(ssh, order, { signal: options.signal, onStdoutLine });
      lastContactMs = now();
      // It is about to go down: waiting for that keeps the next connection from reaching it before.
      if (output.next === "reboot") await within(ssh.closed, 60_000);
    } catch (error) {
      if (lastContactMs === undefined || !(error instanceof ConnectError) || options.signal?.aborted) throw error;
      if (now() - lastContactMs > patienceMs) throw notBack(target.name, phase, error);
      options.onProgress?.({ host: target.name, phase, message: "the connection is lost; trying again" });
      continue;
    } finally {
      await ssh?.end();
    }
    if (output.fatal !== undefined) throw fatalError(target.name, output.fatal, output.log);
    const report = output.blocks.find((block) => block.name === "report");
    if (report !== undefined) return parseRun(report.lines);
    if (output.next === undefined) {
      // Somebody killed the script: its journal says where to go on, but not for ever.
      if (now() - (lastContactMs ?? 0) > patienceMs) throw notBack(target.name, phase, undefined);
      throw new HostError(`${target.name}: the run was cut off in the phase ${phase}.`, {
        code: "run-interrupted",
        concerns: target.name,
        logTail: output.log.join("\n"),
        nextStep: "Run it again: it goes on where it was.",
      });
    }
  }
}

async function call(
  ssh: PatchConnection,
  order: string,
  options: { signal: AbortSignal | undefined; onStdoutLine: (line: string) => void },
): Promise<ScriptOutput> {
  const { command, stdin } = loadPatchScript("run", order);
  const result: ExecResult = await ssh.execAsRoot(command, { stdin, timeoutMs: callTimeoutMs, ...options });
  return parseScriptOutput(Buffer.from(result.stdout).toString("utf8"));
}

/** Awaits a promise, but not for ever. */
async function within(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([promise, deadline]);
  clearTimeout(timer);
}

function notBack(host: string, phase: string, cause: unknown): HostError {
  return new HostError(`${host} was reached, and then no more: it has not come back in the phase ${phase}.`, {
    code: "host-not-back",
    concerns: host,
    cause,
    nextStep: "Look at its console. Once it answers, the same run goes on: allmende patch run --resume.",
  });
}
