import { readFileSync } from "node:fs";
import { Command } from "commander";
import { calendarCommand } from "./commands/calendar.js";
import { checkCommand } from "./commands/check.js";
import { completionCommand } from "./commands/completion.js";
import { demoCommand } from "./commands/demo.js";
import { destroyCommand } from "./commands/destroy.js";
import { driftCommand } from "./commands/drift.js";
import { labCommand } from "./commands/lab.js";
import { logsCommand } from "./commands/logs.js";
import { patchCommand } from "./commands/patch.js";
import { previewCommand } from "./commands/preview.js";
import { refreshCommand } from "./commands/refresh.js";
import { renderCommand } from "./commands/render.js";
import { schemaCommand } from "./commands/schema.js";
import { statusCommand } from "./commands/status.js";
import { upCommand } from "./commands/up.js";
import { windowsCommand } from "./commands/windows.js";
import type { Context } from "./context.js";
import { exitCodeMeanings, exitCodes } from "./exit-codes.js";

/** All commands; nothing is loaded for a command before it runs. */
export function createProgram(context: Context): Command {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const program = new Command("allmende")
    .description(
      "Members' services as rootless containers on Debian hosts: declared in a stack, brought there in one command.",
    )
    .version(version)
    .addHelpText("after", `\n${exitCodeHelp()}`)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .configureOutput({ writeOut: context.terminal.out, writeErr: context.terminal.err });
  const groups: Readonly<Record<string, readonly Command[]>> = {
    "Stacks:": [upCommand(context), previewCommand(context), refreshCommand(context), destroyCommand(context)],
    "Patching:": [patchCommand(context)],
    "Looking:": [statusCommand(context), logsCommand(context), driftCommand(context)],
    "Patch windows:": [windowsCommand(context), calendarCommand(context)],
    "Files:": [checkCommand(context), schemaCommand(context), renderCommand(context)],
    "Trying out:": [demoCommand(context), labCommand(context)],
    "Other:": [completionCommand(context)],
  };
  for (const [group, commands] of Object.entries(groups)) {
    for (const command of commands) program.addCommand(command.helpGroup(group));
  }
  inherit(program, program);
  return program;
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
