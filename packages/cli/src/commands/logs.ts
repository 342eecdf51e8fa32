import { Command } from "commander";
import type { Context } from "../context.js";
import { parsePositive, withExamples } from "./options.js";

interface LogsOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly stackFolder: string;
  readonly stack?: string;
  readonly host?: string;
}

export function logsCommand(context: Context): Command {
  const command = new Command("logs")
    .summary("what a service wrote")
    .description("The end of what a service wrote, from its host's journal; with --follow, what it goes on to write.")
    .argument("<service>", "name of the service, or MEMBER/SERVICE")
    .option("-f, --follow", "go on until Ctrl-C")
    .option("-n, --lines <n>", "how many lines", parsePositive, 50)
    .option("-C, --stack-folder <dir>", "folder of the stack", ".")
    .option("-s, --stack <name>", "which stack, when the folder has several")
    .option("--host <name>", "which host, when several run it")
    .action(async (service: string, options: LogsOptions) => {
      const { showLogs } = await import("../live/logs.js");
      const { readStackFolder } = await import("../stack/folder.js");
      await showLogs(context, readStackFolder(options.stackFolder, options.stack), service, options);
    });
  return withExamples(command, [
    ["allmende logs anna-blog -C stacks/lab", "the last 50 lines"],
    ["allmende logs bruno-db -n 200 -f", "more, and go on"],
  ]);
}
