import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { withExamples } from "./options.js";

export function labStatusCommand(context: Context): Command {
  const command = new Command("status")
    .summary("which hosts of the lab run")
    .description(
      "Which hosts of the lab run, their addresses and how much memory they really take. Exit code 3 when there is no lab.",
    )
    .option("--name <name>", "which lab", "lab")
    .option("--json", "print a JSON document instead of text")
    .action(async (options: { name: string; json?: boolean }) => await labStatus(context, options));
  return withExamples(command, [["allmende lab status --json", "for scripts"]]);
}

async function labStatus(context: Context, options: { name: string; json?: boolean }): Promise<void> {
  const { attachLab } = await import("../lab/remove.js");
  const lab = await attachLab(options.name);
  if (!lab) {
    context.exitCode = exitCodes.prerequisites;
    if (options.json) writeJson(context, { ok: false, name: options.name, hosts: [] });
    else
      context.terminal.out(
        `lab ${options.name} is not running\nstart it:  npm run -s allmende -- lab up${options.name === "lab" ? "" : ` --name ${options.name}`}\n`,
      );
    return;
  }
  const status = await lab.status();
  if (options.json) {
    writeJson(context, { ok: true, ...status });
    return;
  }
  const { renderTable, renderUptime, renderUsed } = await import("../output/table.js");
  const { renderRam } = await import("@allmende/model");
  const ramMiB = new Map(lab.hosts.map((host) => [host.name, host.ramMiB]));
  const rows = status.hosts.map((host) => [
    host.name,
    host.running ? context.style.green("running") : context.style.red("stopped"),
    host.address,
    host.since ? renderUptime((Date.now() - Date.parse(host.since)) / 1000) : "",
    `${renderUsed(host.memoryBytes)} of ${renderRam((ramMiB.get(host.name) ?? 0) * 1024 * 1024)}`,
    host.pid === undefined ? "" : String(host.pid),
  ]);
  context.terminal.out(
    renderTable(["HOST", "STATE", "ADDRESS", "UP", "MEMORY MiB", "PID"], rows, {
      style: context.style,
      right: ["MEMORY MiB", "PID"],
    }),
  );
}
