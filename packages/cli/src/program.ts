import { readFileSync } from "node:fs";
import { Command } from "commander";
import { calendarCommand } from "./commands/calendar.js";
import { capacityCommand } from "./commands/capacity.js";
import { checkCommand } from "./commands/check.js";
import { completionCommand } from "./commands/completion.js";
import { demoCommand } from "./commands/demo.js";
import { destroyCommand } from "./commands/destroy.js";
import { driftCommand } from "./commands/drift.js";
import { hostCommand } from "./commands/host.js";
import { labCommand } from "./commands/lab.js";
import { logsCommand } from "./commands/logs.js";
import { patchCommand } from "./commands/patch.js";
import { previewCommand } from "./commands/preview.js";
import { refreshCommand } from "./commands/refresh.js";
import { renderCommand } from "./commands/render.js";
import { requestCommand } from "./commands/request.js";
import { revertCommand } from "./commands/revert.js";
import { schemaCommand } from "./commands/schema.js";
import { statusCommand } from "./commands/status.js";
import { templateCommand } from "./commands/template.js";
import { unlockCommand } from "./commands/unlock.js";
import { upCommand } from "./commands/up.js";
import { windowsCommand } from "./commands/windows.js";
import { workCommand } from "./commands/work.js";
import type { Context } from "./context.js";
import { exitCodeMeanings, exitCodes } from "./exit-codes.js";

/**
 * All commands; nothing is loaded for a command before it runs. `quiet`: what is wrong with the arguments is thrown, but not
 * written to the terminal.
 */
export function createProgram(context: Context, options: { readonly quiet?: boolean } = {}): Command {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const program = new Command("allmende")
    .description(
      "Members' services as rootless containers on Debian hosts: declared in a stack, brought there in one command.",
    )
    .version(version)
    .addHelpText("beforeAll", ({ error, command }) => (error ? missingCommand(command.args) : ""))
    .addHelpText("after", `\n${exitCodeHelp()}`)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: context.terminal.out,
      writeErr: options.quiet ? () => {} : context.terminal.err,
    });
  const groups: Readonly<Record<string, readonly Command[]>> = {
    "Stacks:": [
      ...[upCommand(context), previewCommand(context), refreshCommand(context), destroyCommand(context)],
      unlockCommand(context),
    ],
    "Requests:": [requestCommand(context), revertCommand(context), workCommand(context)],
    "Patching:": [patchCommand(context)],
    "Looking:": [statusCommand(context), logsCommand(context), driftCommand(context)],
    "Hosts:": [capacityCommand(context), hostCommand(context)],
    "Patch windows:": [windowsCommand(context), calendarCommand(context)],
    "Files:": [checkCommand(context), schemaCommand(context), renderCommand(context)],
    "Members:": [templateCommand(context)],
    "Trying out:": [demoCommand(context), labCommand(context)],
    "Other:": [completionCommand(context)],
  };
  for (const [group, commands] of Object.entries(groups)) {
    for (const command of commands) program.addCommand(command.helpGroup(group));
  }
  inherit(program, program);
  return program;
}

/** Help that nobody asked for comes with the reason. */
function missingCommand([first, second]: readonly string[]): string {
  return first === "help" && second !== undefined
    ? `error: unknown command '${second}'\n`
    : "error: a command is missing\n";
}

/** What helps whoever got the arguments wrong: the help of the command that they mean. */
export function usageHint(program: Command, args: readonly string[]): string {
  let command = program;
  const path = [program.name()];
  for (const name of args) {
    const next = command.commands.find((each) => each.name() === name);
    if (next === undefined) break;
    command = next;
    path.push(name);
  }
  return `see \`${path.join(" ")} --help\``;
}

/** Commands made apart from their parent do not take over its settings by themselves. */
function inherit(parent: Command, root: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(root).exitOverride();
    inherit(command, root);
  }
  parent.exitOverride();
}

/** The exit codes as `--help` shows them. */
function exitCodeHelp(): string {
  const lines = Object.entries(exitCodes).map(
    ([name, code]) => `  ${String(code).padStart(3)}  ${exitCodeMeanings[name as keyof typeof exitCodes]}`,
  );
  return `Exit codes:\n${lines.join("\n")}\n\nALLMENDE_DEBUG=1 shows where an error comes from; NO_COLOR turns colours off.\n`;
}
