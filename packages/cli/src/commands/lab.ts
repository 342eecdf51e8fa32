import { Command } from "commander";
import type { Context } from "../context.js";
import { labDownCommand } from "./lab-down.js";
import { labLogsCommand } from "./lab-logs.js";
import { labSshCommand } from "./lab-ssh.js";
import { labStatusCommand } from "./lab-status.js";
import { labUpCommand } from "./lab-up.js";
import { withExamples } from "./options.js";

export function labCommand(context: Context): Command {
  const command = new Command("lab")
    .summary("real Debian hosts on this machine, to try things on")
    .description(
      "Real Debian 13 hosts on this machine (User Mode Linux in a network namespace of its own), to try things on. Needs root.",
    )
    .enablePositionalOptions();
  for (const make of [labUpCommand, labDownCommand, labStatusCommand, labSshCommand, labLogsCommand])
    command.addCommand(make(context));
  return withExamples(command, [
    ["allmende lab up", "start web1 and web2"],
    ["allmende lab ssh web1", "look around"],
    ["allmende lab down", "remove them"],
  ]);
}
