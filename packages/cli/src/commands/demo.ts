import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { withExamples } from "./options.js";

export function demoCommand(context: Context): Command {
  const command = new Command("demo")
    .summary("the whole way on this machine: hosts, services, answers")
    .description(
      "Start two Debian hosts on this machine, bring eight services of four members there, and ask each for an answer. " +
        "Safe to interrupt and to repeat: what is there is kept.",
    )
    .option("--down", "remove the hosts, their network and all state of the demo")
    .option("--json", "print a JSON document instead of text")
    .action(
      async (options: { down?: boolean; json?: boolean }) =>
        await (options.down ? down(context, options) : demo(context, options)),
    );
  return withExamples(command, [
    ["npm run demo", "installs what is missing first"],
    ["allmende demo", "when everything is installed"],
    ["npm run demo -- --down", "take it down"],
  ]);
}

async function demo(context: Context, options: { json?: boolean }): Promise<void> {
  const { runDemo } = await import("../demo/demo.js");
  const { describePriced } = await import("../live/prices.js");
  const { renderAnswerTable, renderTotal } = await import("../output/status-table.js");
  const { renderWindowsTable } = await import("../windows/windows-table.js");
  const { describeAnnouncement } = await import("../windows/announcements.js");
  const { nextSteps } = await import("../demo/next-steps.js");
  const { rows, pricing, nextOpening, failure } = await runDemo(context);
  const well = failure === undefined && rows.length > 0 && rows.every((row) => row.ok && row.answer?.ok !== false);
  if (!well) context.exitCode = exitCodes.unhealthy;
  if (options.json) {
    const currency = pricing?.currency;
    const opening = nextOpening && describeAnnouncement(nextOpening);
    writeJson(context, { ok: well, currency, services: rows.map(describePriced), nextOpening: opening });
    return;
  }
  const { out } = context.terminal;
  const { style } = context;
  out(`\n${renderAnswerTable(rows, style, pricing)}`);
  if (pricing !== undefined) out(renderTotal(rows, pricing));
  if (nextOpening !== undefined) {
    const table = renderWindowsTable([nextOpening], { lang: "en", days: 31, style });
    out(`\n${style.bold("Next patch window")}\n\n${table}`);
  }
  out("\n");
  if (failure !== undefined) throw failure;
  out(`${style.bold("What to try next")} (commands for this folder)\n`);
  for (const [title, commands] of nextSteps(rows))
    out(`\n  ${title}:\n${commands.map((line) => `    ${style.cyan(line)}\n`).join("")}`);
}

async function down(context: Context, options: { json?: boolean }): Promise<void> {
  const { removeLab } = await import("../lab/remove.js");
  const removed = await removeLab("lab");
  if (options.json) writeJson(context, { ok: true, removed });
  else
    context.terminal.out(
      removed.length > 0
        ? `removed:\n${removed.map((line) => `  ${line}\n`).join("")}`
        : "there was nothing to remove\n",
    );
}
