import type { Command } from "commander";
import type { Context } from "../context.js";
import { type StackOptions, stackCommand, withExamples } from "./options.js";

export function destroyCommand(context: Context): Command {
  const command = stackCommand("destroy", "remove everything a stack put on its hosts")
    .description(
      "Remove services, members and the hosts' own files that this stack put there, and nothing else.\n" +
        "Volumes' data stays on the hosts unless a service says `deleteData: true`, and what templates made at random for it goes into the stack's configuration. Servers that the stack made are deleted with their disks\n" +
        "and volumes; as long as one is protected, nothing is done.",
    )
    .option("-y, --yes", "do not ask first (needed where there is no terminal)")
    .action(async (path: string, options: StackOptions & { yes?: boolean }) => {
      const { readStackFolder } = await import("../stack/folder.js");
      const { confirmOrRefuse } = await import("../output/confirm.js");
      const folder = readStackFolder(path, options.stack);
      const question = `Remove everything of stack ${folder.stack} (${folder.directory}) from its hosts?`;
      if (!(await confirmOrRefuse(context, question, options.yes))) {
        context.terminal.err("nothing was changed\n");
        return;
      }
      const { runEngine } = await import("../stack/run.js");
      const { openEngine } = await import("../stack/engine.js");
      const { findProtected } = await import("../stack/protected.js");
      const engine = await openEngine(folder, { force: context.force });
      const held = findProtected(await engine.pulumi(["stack", "export", "--stack", folder.stack]), folder.directory);
      if (held !== undefined) throw held;
      const { keepInConfiguration } = await import("../request/made-secrets.js");
      for (const name of await keepInConfiguration(engine))
        context.terminal.err(
          `put the secret ${name} into the stack's configuration, for volumes' data that stays: commit it\n`,
        );
      await runEngine(context, engine, "destroy", options);
    });
  return withExamples(command, [
    ["allmende destroy stacks/lab", "asks, then removes"],
    ["allmende destroy stacks/lab --yes --json", "for scripts"],
  ]);
}
