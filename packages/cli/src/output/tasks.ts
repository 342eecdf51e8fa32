import type { Context } from "../context.js";
import { renderSeconds } from "./steps.js";

/** A long step: `run` says what it is doing and may return a word on how it ended. */
export interface Task {
  readonly title: string;
  readonly run: (say: (message: string) => void) => Promise<string | undefined>;
}

/** Runs tasks one after the other: with spinners and timers on a terminal, as plain lines elsewhere. */
export async function runTasks(context: Context, tasks: readonly Task[]): Promise<void> {
  await (context.terminal.interactive ? runWithSpinners(tasks) : runWithLines(context, tasks));
}

async function runWithSpinners(tasks: readonly Task[]): Promise<void> {
  const { Listr, PRESET_TIMER } = await import("listr2");
  const list = new Listr(
    tasks.map(({ title, run }) => ({
      title,
      task: async (_: unknown, task: { title: string; output: string }) => {
        const result = await run((message) => {
          task.output = message;
        });
        if (result) task.title = `${title}: ${result}`;
      },
    })),
    // Ctrl-C is ours: the running steps are to end in order.
    { registerSignalListeners: false, rendererOptions: { collapseErrors: false, timer: PRESET_TIMER } },
  );
  await list.run();
}

async function runWithLines(context: Context, tasks: readonly Task[]): Promise<void> {
  for (const [index, { title, run }] of tasks.entries()) {
    const startedAt = Date.now();
    context.terminal.err(`[${index + 1}/${tasks.length}] ${title}\n`);
    let last = "";
    const result = await run((message) => {
      if (message === last) return;
      last = message;
      context.terminal.err(`      ${renderSeconds(Date.now() - startedAt).padStart(7)}  ${message}\n`);
    });
    context.terminal.err(
      `      ${renderSeconds(Date.now() - startedAt).padStart(7)}  done${result ? `: ${result}` : ""}\n`,
    );
  }
}
