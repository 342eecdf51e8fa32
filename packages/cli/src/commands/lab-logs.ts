import { Command } from "commander";
import type { Context } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { parsePositive, withExamples } from "./options.js";

interface LabLogsOptions {
  readonly name: string;
  readonly lines: number;
  readonly out?: string;
}

export function labLogsCommand(context: Context): Command {
  const command = new Command("logs")
    .summary("the journal of a lab host, or all evidence into a folder")
    .description(
      "The end of a lab host's journal; with --out, consoles and journals of all hosts are copied into a folder.",
    )
    .argument("[host]", "name of the host")
    .option("--name <name>", "which lab", "lab")
    .option("-n, --lines <n>", "how many lines", parsePositive, 100)
    .option("-o, --out <dir>", "copy the consoles and journals of all hosts into this folder")
    .action(async (host: string | undefined, options: LabLogsOptions) => await labLogs(context, host, options));
  return withExamples(command, [
    ["allmende lab logs web1", "the last 100 lines"],
    ["allmende lab logs --out /tmp/evidence", "everything, for a report"],
  ]);
}

async function labLogs(context: Context, host: string | undefined, options: LabLogsOptions): Promise<void> {
  const { Lab } = await import("@allmende/lab");
  const lab = await Lab.attach(options.name);
  if (options.out !== undefined) {
    await lab.copyEvidence(options.out);
    context.terminal.out(`${options.out}\n`);
    return;
  }
  for (const name of host === undefined ? lab.hosts.map((each) => each.name) : [host]) {
    const result = await lab.run(name, ["journalctl", "--no-pager", "-n", String(options.lines)]);
    if (host === undefined) context.terminal.out(`${context.style.bold(`== ${name}`)}\n`);
    context.terminal.out(result.stdout);
    if (result.exitCode !== 0) {
      context.terminal.err(result.stderr);
      context.exitCode = exitCodes.failed;
    }
  }
}
