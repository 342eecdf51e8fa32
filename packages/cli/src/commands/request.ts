import { Command } from "commander";
import type { Context } from "../context.js";
import { withExamples } from "./options.js";
import { requestApplyCommand } from "./request-apply.js";
import { requestApprovedCommand } from "./request-approved.js";
import { requestCheckCommand } from "./request-check.js";
import { requestListCommand, requestShowCommand } from "./request-list.js";
import { requestNewCommand } from "./request-new.js";
import { requestSecretsCommand } from "./request-secrets.js";

export function requestCommand(context: Context): Command {
  const command = new Command("request")
    .summary("members ask for a service: ask, check, approve, apply")
    .description(
      "A request is a file in an inventory's folder requests/, and a change that at least one other person approves. Accepted, it is itself what is declared: " +
        "nothing is written down twice. How requests are taken in stands in work.yaml, what they cost in tariff.yaml.",
    )
    .enablePositionalOptions();
  const makers = [
    requestNewCommand,
    requestCheckCommand,
    requestApprovedCommand,
    requestApplyCommand,
    requestListCommand,
    requestShowCommand,
    requestSecretsCommand,
  ];
  for (const make of makers) command.addCommand(make(context));
  return withExamples(command, [
    ["allmende request new", "ask for a service, field by field"],
    ["allmende request check --base origin/main", "in CI, on a change"],
    ["allmende request apply stacks/lab", "in CI, after the merge"],
  ]);
}
