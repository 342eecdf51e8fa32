import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { type StackOptions, stackCommand, withExamples } from "./options.js";

interface PatchNotifyOptions extends StackOptions {
  readonly dryRun?: boolean;
}

export function patchNotifyCommand(context: Context): Command {
  const command = stackCommand("notify", "tell members by e-mail of windows that open soon")
    .description(
      "Tell members by e-mail of the windows that concern hosts with services of theirs, as long before as each window's `notice` says; what opens within a week after that is in the same mail, so that a window of every day is one mail a week. " +
        "Who sends, and over which server, stands in inventory/mail.yaml. Each notice is sent once: which were stands in .state/mail-STACK.jsonl, " +
        "and one of which it is not known how it ended is sent again, with the same Message-ID. Exit code 1 when a mail was not taken.",
    )
    .option("--dry-run", "show the mails that are due instead of sending them; no server is reached")
    .action(async (path: string, options: PatchNotifyOptions) => await notify(context, path, options));
  return withExamples(command, [
    ["allmende patch notify stacks/lab --dry-run", "read them first"],
    ["allmende patch notify stacks/lab", "every night, from CI, before `patch run`"],
  ]);
}

async function notify(context: Context, path: string, options: PatchNotifyOptions): Promise<void> {
  const { describeHeld } = await import("@allmende/requests");
  const { readStackFolder } = await import("../stack/folder.js");
  const { notifyMembers } = await import("../mail/notify.js");
  const { sayHeld } = await import("../request/hold.js");
  const { describeNotices, renderNotices } = await import("../mail/render.js");
  const dryRun = options.dryRun === true;
  const report = await notifyMembers(context, readStackFolder(path, options.stack), { dryRun });
  sayHeld(context, report.held);
  const ok = report.notices.every(({ state }) => state !== "refused" && state !== "not-sent");
  if (!ok) context.exitCode = exitCodes.failed;
  if (context.signal.aborted) context.exitCode = exitCodes.interrupted;
  if (options.json) writeJson(context, { ok, dryRun, ...describeNotices(report), held: report.held.map(describeHeld) });
  else context.terminal.out(renderNotices(report, context, dryRun));
}
