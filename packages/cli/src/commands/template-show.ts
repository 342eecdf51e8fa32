import { type Language, UserError } from "@allmende/model";
import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { localeLanguage, localeOption } from "../output/locale.js";
import { withExamples } from "./options.js";

interface ShowOptions {
  readonly templates?: string;
  readonly lang?: Language;
  readonly json?: boolean;
}

export function templateShowCommand(context: Context): Command {
  const command = new Command("show")
    .summary("one template and its fields")
    .description("One template: what it makes, and every field that it asks for, with its kind and default.")
    .argument("<name>", "name of the template")
    .option("--templates <folder>", "folder of the catalogue (default: templates/services of this checkout)")
    .addOption(localeOption())
    .option("--json", "print a JSON document instead of text")
    .action(async (name: string, options: ShowOptions) => await show(context, name, options));
  return withExamples(command, [
    ["allmende template show nodejs", "its fields"],
    ["allmende template show wordpress --json", "for programs that ask the fields themselves"],
  ]);
}

async function show(context: Context, name: string, options: ShowOptions): Promise<void> {
  const { catalogueDirectory } = await import("@allmende/requests");
  const { loadCatalogueFolder } = await import("../template/catalogue-folder.js");
  const { dialogueTexts } = await import("../request/dialogue-texts.js");
  const templates = loadCatalogueFolder(options.templates ?? catalogueDirectory);
  const template = templates.find((each) => each.name === name);
  const language = options.lang ?? localeLanguage();
  if (template === undefined) {
    const texts = dialogueTexts[language];
    throw new UserError(texts.noTemplate(name), {
      code: "no-template",
      concerns: name,
      nextStep: texts.noTemplateNext(templates.map((each) => each.name)),
    });
  }
  if (options.json) {
    writeJson(context, { ok: true, template });
    return;
  }
  const { renderTemplate } = await import("../template/render-template.js");
  context.terminal.out(renderTemplate(template, language, context.style));
}
