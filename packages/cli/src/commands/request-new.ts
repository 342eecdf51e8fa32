import type { Language } from "@allmende/model";
import { Command, Option } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { isInterruption } from "../output/interruption.js";
import { collect, withExamples } from "./options.js";

interface RequestNewOptions {
  readonly folder: string;
  readonly set?: readonly string[];
  readonly from?: string;
  readonly member?: string;
  readonly service?: string;
  readonly host?: string;
  readonly level?: string;
  readonly date?: string;
  readonly by?: string;
  readonly change?: string;
  readonly end?: string;
  readonly work?: string | true;
  readonly all?: boolean;
  readonly lang?: Language;
  readonly yes?: boolean;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

export function requestNewCommand(context: Context): Command {
  const command = new Command("new")
    .summary("ask for a service, a change of one, its end, or work")
    .description(
      "Ask for a service from a template, for another state of one, or for work that somebody does: on a terminal field by field, each answer checked at once; elsewhere all of it by options. Shows what it does, costs and when " +
        "it can be there, then writes requests/ID.yaml. Ctrl-C leaves nothing. Exit code 2 when something stands against it; nothing is written then.",
    )
    .argument("[template]", "name of a template")
    .option("-f, --folder <dir>", "the inventory, or a stack folder that has one", ".")
    .option(
      "--set <name=value>",
      "a field of the template, or a key of a request of work (may be given several times)",
      collect,
    )
    .option("--from <file>", "all of it, or a part, from a YAML file with the keys of a request")
    .option("--member <name>", "the member whose it is")
    .option("--service <name>", "name of the service")
    .option("--host <name>", "host that it is to run on")
    .option("--level <name>", "service level of the tariff")
    .option("--date <day>", "from which day on, such as 2026-11-27 (default: the first without surcharge)")
    .option("--by <email>", "who asks (default: the member's e-mail address)")
    .addOption(
      new Option("--change <service>", "ask for a change of this service: the fields of --set, or asked for").conflicts(
        "end",
      ),
    )
    .option("--end <service>", "ask for the end of this service")
    .addOption(
      new Option(
        "--work [title]",
        "ask for work: what is to be done, in one line; --set estimate=2h, targetDate, fixedPrice, description, interrupted, outsideService, ours, kind and reason",
      ).conflicts(["end", "change"]),
    )
    .option("-a, --all", "also ask for fields that most members leave as they are")
    .addOption(
      new Option("--lang <language>", "language of what is asked (default: the terminal's)").choices(["de", "en"]),
    )
    .option("-y, --yes", "do not ask before writing")
    .option("--markdown", "print Markdown, also on a terminal")
    .option("--json", "print a JSON document instead of text; asks nothing")
    .action(
      async (template: string | undefined, options: RequestNewOptions) =>
        await create(context, template, options).catch((error: unknown) => leaveQuietly(context, error)),
    );
  return withExamples(command, [
    ["allmende request new -f stacks/lab", "asks for everything"],
    ["allmende request new static-site --member anna --service anna-wiki --host web1 --set port=8090", "by options"],
    ["allmende request new --change anna-wiki", "asks what is to be different about what was asked for before"],
    ["allmende request new --change anna-wiki --set ram=96MiB", "more RAM"],
    ["allmende request new --end anna-wiki", "its end"],
    ['allmende request new --work "New theme" --member anna --set estimate=2h', "work, billed by effort"],
  ]);
}

/** Whoever left a question was told so in their language: nothing is added in another. */
function leaveQuietly(context: Context, error: unknown): void {
  if (!isInterruption(error)) throw error;
  context.exitCode = exitCodes.interrupted;
}

async function create(context: Context, templateName: string | undefined, options: RequestNewOptions): Promise<void> {
  const { renderCheck, requestTexts } = await import("@allmende/requests");
  const { loadRequested, readRequested } = await import("../request/requested.js");
  const { settleRequested } = await import("../request/settled.js");
  const { writeRequest } = await import("../request/intake.js");
  const { askYesOrNo } = await import("../request/dialogue.js");
  const { mendDraft } = await import("../request/mend.js");
  const { readGivenFile } = await import("../request/given-file.js");
  const { draftOf, fieldsOf } = await import("../request/draft.js");
  const { readGitAuthor } = await import("../request/git-author.js");
  const { localLanguage } = await import("../request/language.js");
  const { dialogueTexts } = await import("../request/dialogue-texts.js");
  const { renderCheckText } = await import("../request/render-check-text.js");
  const { nameOption, withoutDraftFile } = await import("../request/draft-findings.js");
  const { placeFindings } = await import("../output/findings.js");
  const language = options.lang ?? localLanguage();
  const nowMs = Date.now();
  const requested = await settleRequested(readRequested(options.folder), {});
  const inventory = loadRequested(requested, Number.POSITIVE_INFINITY, language);
  const interactive = context.terminal.interactive && Boolean(process.stdin.isTTY) && !options.json;
  const given = { ...(options.from === undefined ? {} : readGivenFile(options.from)), ...withoutUndefined(options) };
  const texts = dialogueTexts[language];
  const author = interactive ? await readGitAuthor(requested.directory) : undefined;
  const draftContext = { requested, inventory, language, nowMs, interactive, author, all: options.all ?? false };
  const asked = { templateName, given, set: options.set ?? [] };
  const { draft, prepared } = await untilInterrupted(async () => {
    const first = await draftOf(context, asked, draftContext);
    return await mendDraft(context, first, draftContext);
  });
  const findings = withoutDraftFile(prepared.check.findings, prepared.file);
  const ok = findings.length === 0;
  if (!options.json) {
    const shown = { ...prepared.check, findings: findings.map((finding) => nameOption(finding, draft.change)) };
    context.terminal.out(
      context.terminal.isTerminal && !options.markdown
        ? renderCheckText(shown, requestTexts[language], context.style)
        : renderCheck(shown, requestTexts[language], "file"),
    );
  }
  if (!ok) context.exitCode = exitCodes.usage;
  let path: string | undefined;
  const isWanted = async () =>
    !interactive || options.yes || (await untilInterrupted(() => askYesOrNo(texts.write, language, context.signal)));
  if (ok && (await isWanted())) path = writeRequest(requested, prepared);
  if (options.json) {
    writeJson(context, {
      ok,
      id: prepared.id,
      file: path,
      ...prepared.check,
      findings: placeFindings(requested.directory, findings),
    });
    return;
  }
  if (path !== undefined) return context.terminal.err(`${texts.written(path)}\n${texts.next}\n`);
  const fields = fieldsOf(draft, draftContext);
  const isField = (field: unknown) => fields.some(({ name }) => name === field);
  const wrong = findings.flatMap(({ path: [key, field] }) => (key === "values" && isField(field) ? [field] : []));
  const hint = wrong.length === 0 || interactive ? "" : `${texts.useSet(wrong.map((name) => `--set ${name}=…`))}\n`;
  context.terminal.err(`${texts.notWritten}\n${hint}`);

  /** Whoever leaves a question learns that nothing came of it. */
  async function untilInterrupted<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (isInterruption(error)) context.terminal.err(`${texts.notWritten}\n`);
      throw error;
    }
  }
}

function withoutUndefined(options: RequestNewOptions): Record<string, unknown> {
  const { member, service, host, level, date, by: askedBy, change, end, work } = options;
  const title = typeof work === "string" ? work : undefined;
  const asksForWork = work === undefined ? {} : { change: "work", title };
  const given = { member, service, host, level, date, askedBy, changes: change, ends: end, ...asksForWork };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
