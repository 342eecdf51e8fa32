import type { Language } from "@allmende/patching";
import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { languageOption, parsePositive, withExamples } from "./options.js";

interface WindowsOptions {
  readonly days: number;
  readonly member?: string;
  readonly lang: Language;
  readonly stack?: string;
  readonly json?: boolean;
}

export function windowsCommand(context: Context): Command {
  const command = new Command("windows")
    .summary("when patch windows open next")
    .description(
      "When the patch windows of an inventory (windows.yaml) open next: wall time, hosts, and what a blackout closes. Reaches no host; calendars that are declared by their addresses are fetched, and a window whose calendar cannot be read is shown as closed.",
    )
    .argument("[folder]", "the inventory, or a stack folder that has one", ".")
    .option("-d, --days <n>", "how far to look ahead", parsePositive, 14)
    .option("--member <name>", "only windows that touch services of this member")
    .addOption(languageOption())
    .option("-s, --stack <name>", "whose configuration has the addresses of calendars that are secrets")
    .option("--json", "print a JSON document instead of text")
    .action(async (folder: string, options: WindowsOptions) => await windows(context, folder, options));
  return withExamples(command, [
    ["allmende windows stacks/lab", "the next two weeks"],
    ["allmende windows --days 60 --member anna", "what anna has to expect"],
    ["allmende windows --lang de", "auf Deutsch"],
    ["allmende windows --json | jq '.occurrences[0].id'", "the next one, for scripts"],
  ]);
}

async function windows(context: Context, path: string, options: WindowsOptions): Promise<void> {
  const { announce } = await import("@allmende/patching");
  const { checkMember, describeAnnouncement, spanOfDays } = await import("../windows/announcements.js");
  const { readAnnounced } = await import("../windows/announced.js");
  const { inventory, waiting } = await readAnnounced(context, path, options.stack);
  checkMember(inventory, options.member);
  const span = spanOfDays(Date.now(), options.days);
  const announcements = announce(inventory, span, options.member);
  if (options.json) {
    const [from, to] = [span.fromMs, span.toMs].map((instant) => new Date(instant).toISOString());
    writeJson(context, { ok: true, from, to, occurrences: announcements.map(describeAnnouncement), ...waiting });
    return;
  }
  const { renderWindowsTable } = await import("../windows/windows-table.js");
  context.terminal.out(renderWindowsTable(announcements, { ...options, style: context.style }));
}
