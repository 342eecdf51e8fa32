import { Command, Option } from "commander";
import { type Context, writeJson } from "../context.js";
import { withExamples } from "./options.js";

interface RenderOptions {
  readonly out: string;
  readonly stackFolder: string;
  readonly stack?: string;
  readonly from?: "state" | "inventory";
  readonly withSecrets?: boolean;
  readonly json?: boolean;
}

export function renderCommand(context: Context): Command {
  const command = new Command("render")
    .summary("write a host's files into a folder: the exit kit")
    .description(
      "Write every file of a host into a folder, as it lies on the host: plain Quadlets, units and settings that run without Allmende. " +
        "A list of owners and modes is written beside them. Secrets are left out unless asked for.",
    )
    .argument("<host>", "name of the host")
    .requiredOption("-o, --out <dir>", "the folder to write into; it must be empty or new")
    .option("-C, --stack-folder <dir>", "folder of the stack", ".")
    .option("-s, --stack <name>", "which stack, when the folder has several")
    .addOption(
      new Option(
        "--from <source>",
        "state: what the last `up` brought there; inventory: what ./inventory declares (default: state if there is one)",
      ).choices(["state", "inventory"]),
    )
    .option("--with-secrets", "write the files with secrets as well (mode 0600)")
    .option("--json", "print a JSON document instead of text")
    .action(async (host: string, options: RenderOptions) => {
      const { renderCount } = await import("@allmende/model");
      const { renderKit } = await import("../render/kit.js");
      const { readStackFolder } = await import("../stack/folder.js");
      const folder = readStackFolder(options.stackFolder, options.stack);
      const { describeHeld } = await import("@allmende/requests");
      const { sayHeld } = await import("../request/hold.js");
      const kit = await renderKit(folder, host, options);
      sayHeld(context, kit.held);
      if (options.json) {
        writeJson(context, { ok: true, host, directory: options.out, ...kit, held: kit.held.map(describeHeld) });
        return;
      }
      context.terminal.out(
        `${renderCount(kit.written.length, "file")} of ${host} in ${options.out} (from the ${kit.source})\n`,
      );
      if (kit.leftOut.length > 0) {
        context.terminal.out(
          `left out, because they hold secrets (--with-secrets writes them):\n${kit.leftOut.map((path) => `  ${path}\n`).join("")}`,
        );
      }
    });
  return withExamples(command, [
    ["allmende render web1 --out /tmp/web1 -C stacks/lab", "without secrets"],
    ["allmende render web1 --out /tmp/web1 --with-secrets", "everything, to leave with"],
  ]);
}
