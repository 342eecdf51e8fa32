import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import type { ServiceRow, StackStatus } from "../live/status.js";
import { type LookingOptions, lookingCommand, withExamples } from "./options.js";

export function statusCommand(context: Context): Command {
  const command = lookingCommand("status", "how the services of a stack are, live")
    .description(
      "How the services of a stack are right now: declared against real, RAM used of allocated, restarts, OOM kills, health, uptime, URL, and what each costs its member in a month where the inventory has a tariff.yaml. " +
        "All hosts are asked at once; those that answer are shown without waiting for the others. " +
        "Exit code 5 when a service is not as it should be, 1 when a host does not answer.",
    )
    .action(async (path: string, options: LookingOptions) => await status(context, path, options));
  return withExamples(command, [
    ["allmende status stacks/lab", "all services"],
    ["allmende status --timeout 30", "with more patience for hosts that are slow or far away"],
    ["allmende status --json | jq '.services[] | select(.ok | not)'", "those that are not well"],
  ]);
}

async function status(context: Context, path: string, options: LookingOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { joinStatus, readStatus } = await import("../live/status.js");
  const { describeError, renderError } = await import("../output/errors.js");
  const { renderWaiting, showArrivals } = await import("../output/arrivals.js");
  const { describePriced, readPricing } = await import("../live/prices.js");
  const { renderStatusTable, renderTotal } = await import("../output/status-table.js");
  const { terminal, style, debug } = context;
  const folder = readStackFolder(path, options.stack);
  const pricing = await readPricing(context, folder);
  const priced = (rows: readonly ServiceRow[]) => pricing?.price(rows) ?? rows;
  const arrivals = showArrivals<StackStatus>((parts, missing) => {
    const { rows, errors } = joinStatus(parts);
    for (const { host, error } of errors)
      terminal.err(renderError(error, { colors: terminal.colors, debug, subject: host }));
    if (rows.length > 0) terminal.out(renderStatusTable(priced(rows), style, pricing));
    if (missing.length > 0) terminal.err(renderWaiting(missing, options.timeout));
  });
  const { rows, errors } = await readStatus(context, folder, {
    connectDeadlineMs: options.timeout * 1000,
    onResult: options.json ? undefined : arrivals.add,
  });
  if (rows.some((row) => !row.ok)) context.exitCode = exitCodes.unhealthy;
  if (errors.length > 0) context.exitCode = exitCodes.failed;
  if (options.json) {
    const unreachable = errors.map(({ host, error }) => ({ host, error: describeError(error) }));
    const services = priced(rows).map(describePriced);
    const ok = rows.every((row) => row.ok) && errors.length === 0;
    writeJson(context, { ok, currency: pricing?.currency, services, unreachable });
  } else if (rows.length === 0) {
    terminal.out("no services\n");
  } else if (pricing !== undefined) {
    terminal.out(renderTotal(priced(rows), pricing));
  }
}
