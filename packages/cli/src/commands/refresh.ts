import type { Command } from "commander";
import type { Context } from "../context.js";
import { type StackOptions, stackCommand, withExamples } from "./options.js";

export function refreshCommand(context: Context): Command {
  const command = stackCommand("refresh", "read what is really on the hosts into the stack's state")
    .description(
      "Read what is really on the hosts into the stack's state and name what drifted. The hosts are only read.",
    )
    .option("-d, --diff", "show the details of every difference")
    .action(async (path: string, options: StackOptions & { diff?: boolean }) => {
      const { readStackFolder } = await import("../stack/folder.js");
      const { runStack } = await import("../stack/run.js");
      await runStack(context, readStackFolder(path, options.stack), "refresh", options);
    });
  return withExamples(command, [
    ["allmende refresh", "the stack in the current folder"],
    ["allmende refresh && allmende up", "see drift, then mend it"],
  ]);
}
