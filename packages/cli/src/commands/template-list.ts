import type { Language } from "@allmende/model";
import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { localeLanguage, localeOption } from "../output/locale.js";
import { withExamples } from "./options.js";

export function templateListCommand(context: Context): Command {
  const command = new Command("list")
    .summary("all templates")
    .description("All templates of the catalogue: what each makes, and how much RAM it needs.")
    .argument("[folder]", "folder of the catalogue (default: templates/services of this checkout)")
    .addOption(localeOption())
    .option("--json", "print a JSON document instead of text")
    .action(async (folder: string | undefined, options) => await list(context, folder, options));
  return withExamples(command, [
    ["allmende template list", "in the language of the locale"],
    ["allmende template list --lang de", "auf Deutsch"],
    ["allmende template list --json | jq -r '.templates[].name'", "the names, for scripts"],
  ]);
}

async function list(
  context: Context,
  path: string | undefined,
  { lang = localeLanguage(), json }: { lang?: Language; json?: boolean },
): Promise<void> {
  const { catalogueDirectory } = await import("@allmende/requests");
  const { loadCatalogueFolder } = await import("../template/catalogue-folder.js");
  const templates = loadCatalogueFolder(path ?? catalogueDirectory);
  if (json) {
    const summaries = templates.map(({ name, title, help, ram }) => ({ name, title, help, ram }));
    writeJson(context, { ok: true, templates: summaries });
    return;
  }
  const { renderTemplates } = await import("../template/render-template.js");
  context.terminal.out(renderTemplates(templates, lang, context.style));
}
