import { existsSync } from "node:fs";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { type EngineCommand, findEngineCommand } from "./engine-command.js";
import { type Backend, engineEnvironment, findBackend, stackFile } from "./environment.js";
import type { StackFolder } from "./folder.js";
import { findHalfMade } from "./half-made.js";
import { mayCreateStack, requireKnownStack, requireSettings } from "./known-stack.js";
import { dropStaleLocks, findLocks, lockedError, type StackLock } from "./locks.js";
import { dropSettledCreations } from "./pending.js";
import { loadAutomation, programOf } from "./program.js";

export type Operation = "up" | "preview" | "refresh" | "destroy";

export interface EngineOptions {
  readonly onEvent?: (event: EngineEvent) => void;
  /** The engine's own words, with `color`. */
  readonly onOutput?: (text: string) => void;
  readonly onError?: (text: string) => void;
  readonly color?: boolean;
  /** Compare with what is really there first. */
  readonly refresh?: boolean;
  /** Details of every change instead of progress. */
  readonly diff?: boolean;
  /** Only these resources, by URN or pattern. */
  readonly targets?: readonly string[];
  /** How many operations at a time; those of one host become one transaction, so many is right. */
  readonly parallel?: number;
  /** By name, what templates made and the stack's state keeps: for the program, in this process alone. */
  readonly madeSecrets?: ReadonlyMap<string, string> | undefined;
  /** Asks the engine to end after the running steps. */
  readonly signal?: AbortSignal;
}

/** High enough that all services of a host arrive at the plugin together. */
const defaultParallel = 200;

/** A stack, its backend and the Pulumi CLI, ready to run operations. */
export interface Engine {
  readonly folder: StackFolder;
  readonly backend: Backend;
  readonly variables: Record<string, string>;
  readonly command: EngineCommand;
  /**
   * Before an operation that changes the state: takes away locks whose holders are gone for certain, and returns them.
   * Throws AllmendeError `stack-locked` when somebody else's is left. Nothing is known here of locks in other backends.
   */
  clearLocks(): readonly StackLock[];
  /** Runs `operation`; rejects with EngineError when the engine ends with an error. */
  run(operation: Operation, options: EngineOptions): Promise<void>;
  /** Runs `pulumi ARGS` in the stack's folder and returns what it printed. */
  pulumi(args: readonly string[], input?: string): Promise<string>;
}

/**
 * Opens the stack, creating the first one of a folder when it does not exist. `force` aborted kills the engine.
 * Throws a UserError `unknown-stack` when the folder has others (a name mistyped must not make one more), `no-settings`
 * when Pulumi.yaml asks for configuration that there is none of yet.
 */
export async function openEngine(folder: StackFolder, options: { force?: AbortSignal } = {}): Promise<Engine> {
  const backend = findBackend(folder);
  if (!stackFileExists(folder, backend)) {
    requireKnownStack(folder, backend);
    requireSettings(folder);
  }
  const variables = engineEnvironment(folder, backend);
  const command = await findEngineCommand(options.force);
  const pulumi = async (args: readonly string[], input?: string) =>
    (await command.run(args, folder.directory, variables, undefined, undefined, undefined, input)).stdout;
  // One start of the CLI less on every run: a local stack that has a state file exists.
  if (!stackFileExists(folder, backend)) await selectStack(folder, pulumi);
  return {
    folder,
    backend,
    variables,
    command,
    pulumi,
    clearLocks: () => clearLocks(folder, backend),
    run: async (operation, runOptions) => {
      let thrown: unknown;
      const onError = (error: unknown) => {
        thrown = error;
      };
      const program = programOf(folder, { onError, madeSecrets: runOptions.madeSecrets });
      try {
        const stack = await openStack(folder, command, variables, program);
        const halfMade = operation === "up" ? findHalfMade(stackFile(folder, backend)) : [];
        if (halfMade.length > 0) await runOperation(stack, "refresh", { targets: halfMade });
        await runOperation(stack, operation, runOptions);
        if (operation === "up") await dropSettledCreations(stackFile(folder, backend), folder.stack, pulumi);
      } catch (error) {
        throw thrown ?? error;
      }
    },
  };
}

function clearLocks(folder: StackFolder, backend: Backend): readonly StackLock[] {
  const locks = findLocks(folder, backend) ?? [];
  const dropped = dropStaleLocks(locks);
  const [left, ...others] = locks.filter((lock) => !dropped.includes(lock));
  if (left !== undefined) throw lockedError(folder, [left, ...others]);
  return dropped;
}

async function selectStack(folder: StackFolder, pulumi: Engine["pulumi"]): Promise<void> {
  await pulumi(["stack", "select", ...(mayCreateStack(folder) ? ["--create"] : []), "--stack", folder.stack]);
}

function stackFileExists(folder: StackFolder, backend: Backend): boolean {
  const path = stackFile(folder, backend);
  return path !== undefined && existsSync(path);
}

async function openStack(
  folder: StackFolder,
  command: EngineCommand,
  variables: Record<string, string>,
  program: () => Promise<Record<string, unknown>>,
): Promise<Stack> {
  const { LocalWorkspace, Stack } = await loadAutomation(folder);
  const workspace = await LocalWorkspace.create({
    workDir: folder.directory,
    program,
    envVars: variables,
    pulumiCommand: command.forAutomation,
  });
  // It exists: see openEngine.
  workspace.selectStack = async () => {};
  const stack = await Stack.select(folder.stack, workspace);
  // Three starts of the CLI after every update, for results that we take from the events.
  stack.outputs = async () => ({});
  stack.info = async () => undefined;
  return stack;
}

async function runOperation(stack: Stack, operation: Operation, options: EngineOptions): Promise<void> {
  const common = {
    parallel: options.parallel ?? defaultParallel,
    color: options.color ? ("always" as const) : ("never" as const),
    userAgent: "allmende",
    ...(options.onEvent && { onEvent: options.onEvent }),
    ...(options.onOutput && { onOutput: options.onOutput }),
    ...(options.onError && { onError: options.onError }),
    ...(options.signal && { signal: options.signal }),
    ...(options.targets?.length && { target: [...options.targets] }),
    ...(options.diff && { diff: true }),
  };
  const previousDirectory = process.cwd();
  // Paths in a program are meant from its folder, as with `pulumi up`.
  process.chdir(stack.workspace.workDir);
  try {
    if (operation === "up") await stack.up({ ...common, ...(options.refresh && { refresh: true }) });
    else if (operation === "preview") await stack.preview({ ...common, ...(options.refresh && { refresh: true }) });
    else if (operation === "refresh") await stack.refresh({ ...common, clearPendingCreates: true });
    else await stack.destroy(common);
  } finally {
    process.chdir(previousDirectory);
  }
}
