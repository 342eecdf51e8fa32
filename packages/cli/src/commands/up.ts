import type { Command } from "commander";
import type { Context } from "../context.js";
import { collect, parsePositive, type StackOptions, stackCommand, withExamples } from "./options.js";

export interface UpOptions extends StackOptions {
  readonly refresh?: boolean;
  readonly yes?: boolean;
  readonly diff?: boolean;
  readonly target?: readonly string[];
  readonly parallel?: number;
}

export function upCommand(context: Context): Command {
  const command = stackCommand("up", "bring the hosts to what a stack declares")
    .description(
      "Bring the hosts to what the stack in a folder declares: shows what would change, asks (on a terminal), and does it.\n" +
        "What succeeded stays when something else fails; the same command again goes on from there.",
    )
    .option("-y, --yes", "do not ask first (there is no question where there is no terminal)")
    .option("-r, --refresh", "look at what is really on the hosts first, so that drift is mended too")
    .option("-d, --diff", "show the details of every change")
    .option("-t, --target <name>", "only this resource, by its name or URN (may be given several times)", collect)
    .option("--parallel <n>", "operations at a time (those of one host become one transaction)", parsePositive)
    .action(async (folder: string, options: UpOptions) => await up(context, folder, options));
  return withExamples(command, [
    ["allmende up", "the stack in the current folder"],
    ["allmende up stacks/lab --yes", "another folder, without asking"],
    ["allmende up --refresh", "mend drift as well"],
    ["allmende up --json | jq .changes", "for scripts"],
  ]);
}

async function up(context: Context, path: string, options: UpOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { runEngine } = await import("../stack/run.js");
  const { openEngine } = await import("../stack/engine.js");
  const engine = await openEngine(readStackFolder(path, options.stack), { force: context.force });
  const { requireKnownTargets } = await import("../stack/known-targets.js");
  await requireKnownTargets(context, engine, options.target ?? []);
  const run = { ...options, targets: options.target };
  if (context.terminal.interactive && !options.yes && !options.json) {
    const planned = await runEngine(context, engine, "preview", run);
    const changes = Object.entries(planned.changes).filter(([operation]) => operation !== "same");
    if (changes.length === 0) return;
    const { confirm } = await import("../output/confirm.js");
    if (!(await confirm(context, "Do this?"))) {
      context.terminal.err("nothing was changed\n");
      return;
    }
  }
  await runEngine(context, engine, "up", run);
}
