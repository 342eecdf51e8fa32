import { Command } from "commander";
import type { Context } from "../context.js";
import { withExamples } from "./options.js";
import { patchHistoryCommand } from "./patch-history.js";
import { patchNotifyCommand } from "./patch-notify.js";
import { patchPlanCommand } from "./patch-plan.js";
import { patchReleaseCommand } from "./patch-release.js";
import { patchReportCommand } from "./patch-report.js";
import { patchRunCommand } from "./patch-run.js";
import { patchStatusCommand } from "./patch-status.js";

export function patchCommand(context: Context): Command {
  const command = new Command("patch")
    .summary("patch the hosts of a stack, window by window")
    .description(
      "Patch the hosts of a stack in the windows that inventory/windows.yaml declares: canary, waves, proof, and the way back. " +
        "What is known about runs lies on the hosts.",
    )
    .enablePositionalOptions();
  const makers = [
    patchPlanCommand,
    patchRunCommand,
    patchStatusCommand,
    patchHistoryCommand,
    patchReleaseCommand,
    patchReportCommand,
    patchNotifyCommand,
  ];
  for (const make of makers) command.addCommand(make(context));
  return withExamples(command, [
    ["allmende patch plan stacks/lab", "what would happen"],
    ["allmende patch run stacks/lab", "every night, from CI"],
  ]);
}
