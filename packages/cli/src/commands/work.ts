import { UserError } from "@allmende/model";
import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { parseDate, withExamples } from "./options.js";

interface WorkReportOptions {
  readonly since?: Date;
  readonly until?: Date;
  readonly json?: boolean;
}

export function workCommand(context: Context): Command {
  const command = new Command("work")
    .summary("what kinds of work there were")
    .description("What kinds of work there were, by the rules of work.yaml.")
    .enablePositionalOptions();
  command.addCommand(workReportCommand(context));
  return withExamples(command, [["allmende work report stacks/lab", "the last 30 days"]]);
}

function workReportCommand(context: Context): Command {
  const command = new Command("report")
    .summary("how much was plannable, and what was not")
    .description(
      "How much of what was asked for was plannable and how much was not, what the rules of work.yaml sorted wrongly, which planned blocks unplanned work displaced, " +
        "which effort differs from its estimate, and what is billed by effort. From the requests alone.",
    )
    .argument("[folder]", "the inventory, or a stack folder that has one", ".")
    .option("--since <date>", "from when on (default: the last 30 days)", parseDate)
    .option("--until <date>", "until when (default: now)", parseDate)
    .option("--json", "print a JSON document instead of text")
    .action(async (folder: string, options: WorkReportOptions) => await report(context, folder, options));
  return withExamples(command, [
    ["allmende work report stacks/lab", "the last 30 days"],
    ["allmende work report --since 2026-11-01 --until 2026-12-01 --json", "a month, for programs"],
  ]);
}

async function report(context: Context, path: string, options: WorkReportOptions): Promise<void> {
  const { reportWork } = await import("@allmende/requests");
  const { loadRequested, readRequested } = await import("../request/requested.js");
  const { requireWork } = await import("../request/intake.js");
  const { renderWorkReport } = await import("../request/render-work-report.js");
  const inventory = loadRequested(readRequested(path), Number.POSITIVE_INFINITY);
  const toMs = options.until?.getTime() ?? Date.now();
  const fromMs = options.since?.getTime() ?? toMs - 30 * 86_400_000;
  if (fromMs >= toMs)
    throw new UserError("--since is not before --until: there is no time between them", {
      code: "bad-usage",
      nextStep: "give the earlier day as --since",
    });
  const templateOf = (service: string | undefined) =>
    service === undefined ? undefined : (inventory.applications.get(service) ?? inventory.ended.get(service))?.template;
  const made = reportWork(inventory.requests, requireWork(inventory), inventory.tariff, { fromMs, toMs }, templateOf);
  if (options.json) writeJson(context, { ok: true, ...made });
  else context.terminal.out(renderWorkReport(made));
}
