import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { withExamples } from "./options.js";

export function templateCheckCommand(context: Context): Command {
  const command = new Command("check")
    .summary("check templates")
    .description(
      "Check a catalogue, or one template's folder: every finding at once, as file:line:column. Also what would only be noticed with a member's " +
        "first request: fields that are not there, missing translations, defaults outside their limits, services that would be refused, also by Quadlet. " +
        "Exit code 2 when there are findings.",
    )
    .argument("[folder]", "the catalogue, or one template's folder (default: templates/services of this checkout)")
    .option("--json", "print a JSON document instead of text")
    .action(async (folder: string | undefined, options: { json?: boolean }) => await check(context, folder, options));
  return withExamples(command, [
    ["allmende template check", "the whole catalogue"],
    ["allmende template check templates/services/wiki", "one that is being written"],
    ["allmende template check --json", "for an editor or CI"],
  ]);
}

async function check(context: Context, path: string | undefined, options: { json?: boolean }): Promise<void> {
  const { renderCount } = await import("@allmende/model");
  const { catalogueDirectory } = await import("@allmende/requests");
  const { readCatalogueFolder } = await import("../template/catalogue-folder.js");
  const { renderFinding } = await import("../output/findings.js");
  const { directory, templates, findings } = readCatalogueFolder(path ?? catalogueDirectory);
  if (findings.length > 0) context.exitCode = exitCodes.usage;
  if (options.json) {
    writeJson(context, {
      ok: findings.length === 0,
      directory,
      templates: templates.map(({ name }) => name),
      findings,
    });
  } else if (findings.length > 0) {
    context.terminal.out(`${findings.map((finding) => renderFinding(finding)).join("\n")}\n`);
  } else {
    context.terminal.out(`${context.style.green("ok")}: ${renderCount(templates.length, "template")}\n`);
  }
}
