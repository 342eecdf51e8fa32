import { type Language, UserError } from "@allmende/model";
import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { languageOption, withExamples } from "./options.js";

interface RevertOptions {
  readonly folder: string;
  readonly by?: string;
  readonly date?: string;
  readonly lang: Language;
  readonly json?: boolean;
}

export function revertCommand(context: Context): Command {
  const command = new Command("revert")
    .summary("undo one request, as a request of its own")
    .description(
      "Write the request that undoes another one: the end of what it made, the former values of what it changed, or what it ended once more. Volumes' data outlives an end. It is checked, approved and applied like any other.",
    )
    .argument("<request>", "name of the request")
    .option("-f, --folder <dir>", "the inventory, or a stack folder that has one", ".")
    .option("--by <email>", "who asks (default: the member's e-mail address)")
    .option("--date <day>", "from which day on (default: today, or the day of what is undone if that is to come)")
    .addOption(languageOption())
    .option("--json", "print a JSON document instead of text")
    .action(async (id: string, options: RevertOptions) => await revert(context, id, options));
  return withExamples(command, [["allmende revert 20261124-1530-anna-blog", "in the current folder"]]);
}

async function revert(context: Context, id: string, options: RevertOptions): Promise<void> {
  const { planRevert, renderCheck, requestTexts } = await import("@allmende/requests");
  const { loadRequested, readRequested } = await import("../request/requested.js");
  const { renderCheckText } = await import("../request/render-check-text.js");
  const { settleRequested } = await import("../request/settled.js");
  const { dialogueTexts } = await import("../request/dialogue-texts.js");
  const words = dialogueTexts[options.lang];
  const { prepareRequest, todayOf, writeRequest } = await import("../request/intake.js");
  const nowMs = Date.now();
  const requested = await settleRequested(readRequested(options.folder), {});
  const inventory = loadRequested(requested, Number.POSITIVE_INFINITY);
  const waiting = requested.held.find(({ request }) => request.id === id)?.request;
  if (waiting !== undefined) {
    // It never took effect: without its file there is nothing left of it.
    const { removeRequest } = await import("../request/intake.js");
    const removed = removeRequest(requested, waiting);
    if (options.json) writeJson(context, { ok: true, id, removed });
    else context.terminal.err(`${words.removed(removed)}\n`);
    return;
  }
  const undone = planRevert(inventory.requests, id);
  const email = inventory.members.find(({ name }) => name === undone.member)?.email;
  const draft = {
    ...undone,
    askedBy: options.by ?? email ?? "",
    askedAt: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    date: dateOf(id, undone.date, options.date, todayOf(inventory, nowMs)),
  };
  const prepared = prepareRequest(requested, draft, { inventory, language: options.lang, nowMs });
  const ok = prepared.check.findings.length === 0;
  if (!ok) context.exitCode = exitCodes.usage;
  const file = ok ? writeRequest(requested, prepared) : undefined;
  if (options.json) writeJson(context, { ok, id: prepared.id, file, ...prepared.check });
  else {
    const texts = requestTexts[options.lang];
    context.terminal.out(
      context.terminal.isTerminal
        ? renderCheckText(prepared.check, texts, context.style)
        : renderCheck(prepared.check, texts),
    );
    if (file !== undefined) context.terminal.err(`${words.written(file)}\n${words.next}\n`);
  }
}

/** Before its day nothing of a request is there: undone earlier, it would still come. UserError `bad-date`. */
function dateOf(id: string, from: string, wanted: string | undefined, today: string): string {
  if (wanted === undefined) return from > today ? from : today;
  if (wanted >= from) return wanted;
  throw new UserError(`${id} counts from ${from} on: there is nothing to undo on ${wanted}`, {
    code: "bad-date",
    concerns: id,
    nextStep: `leave --date out, or name ${from} or a later day`,
  });
}
