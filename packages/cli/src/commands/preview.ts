import type { Command } from "commander";
import type { Context } from "../context.js";
import { stackCommand, withExamples } from "./options.js";
import type { UpOptions } from "./up.js";

export function previewCommand(context: Context): Command {
  const command = stackCommand("preview", "show what `up` would do, without touching any host")
    .description("Show what `up` would do. Nothing is written to any host.")
    .option("-r, --refresh", "compare with what is really on the hosts instead of with the last known state")
    .option("-d, --diff", "show the details of every change")
    .action(async (path: string, options: UpOptions) => {
      const { readStackFolder } = await import("../stack/folder.js");
      const { runStack } = await import("../stack/run.js");
      await runStack(context, readStackFolder(path, options.stack), "preview", options);
    });
  return withExamples(command, [
    ["allmende preview", "the stack in the current folder"],
    ["allmende preview stacks/lab --diff", "with every property that differs"],
    ["allmende preview --refresh", "drift included"],
  ]);
}
