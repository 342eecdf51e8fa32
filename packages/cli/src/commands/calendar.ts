import type { Language } from "@allmende/patching";
import { Command, Option } from "commander";
import { type Context, writeJson } from "../context.js";
import { languageOption, parsePositive, withExamples } from "./options.js";

interface CalendarOptions {
  readonly out?: string;
  readonly member?: string;
  readonly days: number;
  readonly lang: Language;
  readonly stack?: string;
  readonly json?: boolean;
}

export function calendarCommand(context: Context): Command {
  const command = new Command("calendar")
    .summary("patch windows and planned work as ICS calendars, for all and per member")
    .description(
      "Print the patch windows of an inventory (windows.yaml), requests on the day from which they count, and the planned blocks of work.yaml as an ICS calendar, or write one for all " +
        "and one for each member into a folder. Requests are tentative until enough others approved them, as git or the forge says, and while they wait. A member's has the windows that touch their services and their own requests. Occurrences keep their UIDs from one calendar to the next, so that a program that subscribes to one replaces what it knew. Reaches no host; calendars that are declared by their addresses are fetched, and windows whose calendar cannot be read are tentative.",
    )
    .argument("[folder]", "the inventory, or a stack folder that has one", ".")
    .addOption(new Option("-o, --out <dir>", "write all.ics and members/NAME.ics into this folder").conflicts("member"))
    .option("--member <name>", "print the calendar of this member")
    .option("-d, --days <n>", "how far to look ahead", parsePositive, 366)
    .addOption(languageOption())
    .option("-s, --stack <name>", "whose configuration has the addresses of calendars that are secrets")
    .option("--json", "print a JSON document instead: what was written, or with the calendar's text")
    .action(async (folder: string, options: CalendarOptions) => await calendar(context, folder, options));
  return withExamples(command, [
    ["allmende calendar stacks/lab --out /srv/calendars", "for all and for each member, to be served over HTTPS"],
    ["allmende calendar --member anna --lang de > anna.ics", "one member's, in German"],
    ["allmende calendar > all.ics", "everything, on standard output"],
  ]);
}

async function calendar(context: Context, path: string, options: CalendarOptions): Promise<void> {
  const { makeCalendar, writeCalendars } = await import("../windows/calendar-files.js");
  const { checkMember, spanOfDays } = await import("../windows/announcements.js");
  const { readAnnounced } = await import("../windows/announced.js");
  const { inventory, waiting } = await readAnnounced(context, path, options.stack);
  const { member, out, days, lang: language } = options;
  checkMember(inventory, member);
  const stampMs = Date.now();
  const { readApproved } = await import("../request/approvals.js");
  const approved = await readApproved(context, path, inventory);
  const made = { ...spanOfDays(stampMs, days), stampMs, language, approved };
  if (out !== undefined) {
    const { written, removed } = writeCalendars(inventory, made, out);
    if (options.json) writeJson(context, { ok: true, directory: out, written, removed, ...waiting });
    else context.terminal.out(`${written.length} calendars are in ${out}\n`);
    return;
  }
  const text = makeCalendar(inventory, { ...made, member });
  if (options.json) writeJson(context, { ok: true, member, calendar: text, ...waiting });
  else context.terminal.out(text);
}
