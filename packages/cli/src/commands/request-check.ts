import type { Language } from "@allmende/model";
import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { languageOption, withExamples } from "./options.js";

interface RequestCheckOptions {
  readonly folder: string;
  readonly base?: string;
  readonly head?: string;
  readonly author?: string;
  readonly lang: Language;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

export function requestCheckCommand(context: Context): Command {
  const command = new Command("check")
    .summary("what stands against requests, and what they do")
    .description(
      "Check requests: their fields, who asks, quota, names and domains, service level, RAM; and show what they do, what they cost and what is left. Prints Markdown, for a comment on a change; plain text on a terminal. " +
        "With --base, what is looked at is the merge of HEAD (or --head) into that branch, and whoever wrote the commits is who asks; a member's change may have new requests and nothing else; hosts.yaml is the folder's where git ignores it, as in stacks/lab. Reaches no host. " +
        "Exit code 2 when something stands against them.",
    )
    .argument("[requests...]", "files in requests/ (default: those that are new)")
    .option("-f, --folder <dir>", "the inventory, or a stack folder that has one", ".")
    .option("--base <branch>", "compare with this branch, such as origin/main")
    .option("--head <commit>", "the commit with the change: it is read from git, and need not be checked out")
    .option(
      "--author <login>",
      "login at the forge of whoever opened the change; counts instead of the commits' addresses",
    )
    .addOption(languageOption())
    .option("--markdown", "print Markdown, also on a terminal")
    .option("--json", "print a JSON document instead of text")
    .action(
      async (requests: readonly string[], options: RequestCheckOptions) => await check(context, requests, options),
    );
  return withExamples(command, [
    ["allmende request check", "what is new in the folder"],
    ["allmende request check --base origin/main --lang de > comment.md", "in CI, on a change"],
    [
      "allmende request check --base HEAD --head FETCH_HEAD",
      "somebody else's change, without any of its files on disk",
    ],
  ]);
}

async function check(context: Context, requests: readonly string[], options: RequestCheckOptions): Promise<void> {
  const { renderCheck, requestTexts } = await import("@allmende/requests");
  const { renderCheckText } = await import("../request/render-check-text.js");
  const { checkChange } = await import("../request/check.js");
  const { lang: language, ...rest } = options;
  const result = await checkChange({ ...rest, requests, language });
  const ok = result.findings.length === 0;
  if (!ok) context.exitCode = exitCodes.usage;
  if (options.json) writeJson(context, { ok, ...result });
  else if (context.terminal.isTerminal && !options.markdown)
    context.terminal.out(renderCheckText(result, requestTexts[language], context.style));
  else context.terminal.out(renderCheck(result, requestTexts[language]));
  // Not in what is printed: that is a comment, for people who do not have this folder.
  if (result.hostsFromFolder && !options.json) {
    const { note, hostsFromFolder } = requestTexts[language];
    context.terminal.err(`${context.style.yellow(note)}: ${hostsFromFolder}\n`);
  }
}
