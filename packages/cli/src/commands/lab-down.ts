import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { withExamples } from "./options.js";

interface LabDownOptions {
  readonly name: string;
  readonly keepDisks?: boolean;
  readonly json?: boolean;
}

export function labDownCommand(context: Context): Command {
  const command = new Command("down")
    .summary("end the lab's hosts and remove them")
    .description(
      "End the lab's hosts, network namespace and registry, and remove their state and that of stacks/lab and stacks/patch. The cache of images stays.",
    )
    .option("--name <name>", "which lab", "lab")
    .option("--keep-disks", "keep the hosts' disks and the stack's state: `lab up` goes on with them")
    .option("--json", "print a JSON document instead of text")
    .action(async (options: LabDownOptions) => {
      const { removeLab } = await import("../lab/remove.js");
      const removed = await removeLab(options.name, options);
      if (options.json) writeJson(context, { ok: true, name: options.name, removed });
      else
        context.terminal.out(
          removed.length > 0
            ? `removed:\n${removed.map((line) => `  ${line}\n`).join("")}`
            : "there was nothing to remove\n",
        );
    });
  return withExamples(command, [
    ["allmende lab down", "remove everything but the cache"],
    ["allmende lab down --keep-disks", "switch off; the hosts' disks stay"],
  ]);
}
