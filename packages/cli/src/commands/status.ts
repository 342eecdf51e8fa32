import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { type StackOptions, stackCommand, withExamples } from "./options.js";

export function statusCommand(context: Context): Command {
  const command = stackCommand("status", "how the services of a stack are, live")
    .description(
      "How the services of a stack are right now: declared against real, RAM used of allocated, restarts, OOM kills, health, uptime, URL. " +
        "Exit code 5 when a service is not as it should be.",
    )
    .action(async (path: string, options: StackOptions) => await status(context, path, options));
  return withExamples(command, [
    ["allmende status stacks/lab", "all services"],
    ["allmende status --json | jq '.services[] | select(.ok | not)'", "those that are not well"],
  ]);
}

async function status(context: Context, path: string, options: StackOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { readStatus } = await import("../live/status.js");
  const { describeError, renderError } = await import("../output/errors.js");
  const { rows, errors } = await readStatus(context, readStackFolder(path, options.stack));
  if (rows.some((row) => !row.ok)) context.exitCode = exitCodes.unhealthy;
  if (errors.length > 0) context.exitCode = exitCodes.failed;
  if (options.json) {
    const unreachable = errors.map(({ host, error }) => ({ host, error: describeError(error) }));
    writeJson(context, { ok: rows.every((row) => row.ok), services: rows, unreachable });
    return;
  }
  const { renderStatusTable } = await import("../output/status-table.js");
  const shownAs = { colors: context.terminal.colors, debug: context.debug };
  for (const { host, error } of errors) context.terminal.err(renderError(error, { ...shownAs, subject: host }));
  if (rows.length === 0) context.terminal.out("no services\n");
  else context.terminal.out(renderStatusTable(rows, context.style));
}
