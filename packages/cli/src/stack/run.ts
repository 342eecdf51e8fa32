import { AllmendeError, UserError } from "@allmende/model";
import { describeHeld, type HeldRequest } from "@allmende/requests";
import { type Context, writeJson } from "../context.js";
import { exitCodeOf, exitCodes } from "../exit-codes.js";
import { startHeartbeat } from "../output/heartbeat.js";
import { renderChanges, renderDiagnostic, renderStep } from "../output/steps.js";
import { type Engine, type EngineOptions, type Operation, openEngine } from "./engine.js";
import { EngineError } from "./engine-command.js";
import { EventCollector, type RunListener, type RunSummary } from "./events.js";
import type { StackFolder } from "./folder.js";
import { renderHolder } from "./locks.js";
import { findUnknownTarget, isTargetMissing, targetPattern } from "./targets.js";

export interface RunOptions {
  readonly json?: boolean | undefined;
  readonly refresh?: boolean | undefined;
  readonly diff?: boolean | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly parallel?: number | undefined;
  /** Hears of everything, instead of lines being printed. */
  readonly listener?: RunListener;
}

/**
 * Runs an operation on a stack and shows it: the engine's own output on a terminal and with `diff`, one line per change
 * elsewhere, one document with `json`. Rejects when the operation failed.
 */
export async function runStack(
  context: Context,
  folder: StackFolder,
  operation: Operation,
  options: RunOptions,
): Promise<RunSummary> {
  const engine = await openEngine(folder, { force: context.force });
  return await runEngine(context, engine, operation, options);
}

/** As runStack, on an engine that is open. */
export async function runEngine(
  context: Context,
  engine: Engine,
  operation: Operation,
  options: RunOptions,
): Promise<RunSummary> {
  const { terminal, style } = context;
  context.interruptMessage = "ending after the running steps (Ctrl-C again to stop at once)\n";
  const planned = operation === "preview";
  if (!planned) {
    for (const lock of engine.clearLocks())
      terminal.err(
        `took the lock of ${renderHolder(lock)} away: ${lock.because}; what it left half done is brought to its end\n`,
      );
  }
  const native = (terminal.interactive || options.diff === true) && !options.json && !options.listener;
  const lines = !native && !options.json && !options.listener;
  const say = (line: string | undefined) => line !== undefined && terminal.out(`${line}\n`);
  const heartbeat = native || options.listener ? undefined : startHeartbeat(terminal.err);
  const collector = new EventCollector(
    options.listener ?? {
      onStep: (step) => {
        heartbeat?.done(step.name);
        if (lines && !planned) say(renderStep(step, { planned, style }));
      },
      onProgress: (name, message) => heartbeat?.note(name, message),
      onDiagnostic: (diagnostic) => lines && say(renderDiagnostic(diagnostic, style)),
    },
  );
  const engineOptions: EngineOptions = {
    onEvent: (event) => collector.accept(event),
    signal: context.signal,
    color: terminal.colors,
    ...(options.refresh !== undefined && { refresh: options.refresh }),
    ...(options.diff !== undefined && { diff: options.diff }),
    ...(options.targets && { targets: options.targets.map(targetPattern) }),
    ...(options.parallel && { parallel: options.parallel }),
    ...(native && { onOutput: terminal.out, onError: terminal.err }),
  };
  const { readForProgram } = await import("../request/for-program.js");
  const { sayHeld } = await import("../request/hold.js");
  const forProgram = operation === "up" || planned ? await readForProgram(engine.folder) : undefined;
  const held = forProgram?.held ?? [];
  sayHeld(context, held);
  const madeSecrets = await forProgram?.readMadeSecrets();
  try {
    await engine.run(operation, { ...engineOptions, madeSecrets }).finally(() => heartbeat?.stop());
  } catch (error) {
    const summary = collector.summary();
    if (options.json) writeJson(context, documentOf(operation, engine.folder, summary, { ok: false, held }));
    const unknownTarget = isTargetMissing(summary) ? findUnknownTarget(options.targets ?? [], summary) : undefined;
    throw unknownTarget ?? failureOf(error, operation, summary, Boolean(options.json || lines || options.listener));
  }
  const summary = collector.summary();
  const unknownTarget = findUnknownTarget(options.targets ?? [], summary);
  if (options.json)
    writeJson(context, documentOf(operation, engine.folder, summary, { ok: unknownTarget === undefined, held }));
  if (lines && planned) for (const step of summary.steps) say(renderStep(step, { planned, style }));
  if (lines) say(renderChanges(summary, planned));
  if (unknownTarget !== undefined) throw unknownTarget;
  return summary;
}

/** The stable shape of `--json` for up, preview, refresh and destroy. */
function documentOf(
  operation: Operation,
  folder: StackFolder,
  summary: RunSummary,
  { ok, held }: { readonly ok: boolean; readonly held: readonly HeldRequest[] },
): Record<string, unknown> {
  return { ok, operation, project: folder.project, stack: folder.stack, ...summary, held: held.map(describeHeld) };
}

/** The engine's last words are of little use: the errors that it reported for resources say what happened. */
function failureOf(error: unknown, operation: Operation, summary: RunSummary, engineWasSilent: boolean): unknown {
  if (error instanceof EngineError && error.code === "interrupted") return error;
  if (!(error instanceof EngineError)) {
    const message = error instanceof Error ? error.message : String(error);
    const wasShown = summary.diagnostics.some(
      (diagnostic) => diagnostic.severity === "error" && diagnostic.message.includes(message),
    );
    if (!wasShown || exitCodeOf(error) !== exitCodes.usage) return error;
    return new UserError(`${operation} stopped before anything was done`, {
      code: "bad-program",
      nextStep: "correct what the error above names",
    });
  }
  const errors = summary.diagnostics.filter(({ severity }) => severity === "error");
  const failed = summary.steps
    .filter((step) => step.failed && step.type !== "pulumi:pulumi:Stack")
    .map((step) => step.name);
  if (errors.length === 0 && engineWasSilent) return error;
  return new AllmendeError(failed.length > 0 ? `${operation} failed for ${failed.join(", ")}` : `${operation} failed`, {
    code: error.code,
    nextStep:
      error.nextStep ?? "correct what the errors above name, then run the same command again: what succeeded stays",
  });
}
