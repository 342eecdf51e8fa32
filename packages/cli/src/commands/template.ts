import { Command } from "commander";
import type { Context } from "../context.js";
import { withExamples } from "./options.js";
import { templateCheckCommand } from "./template-check.js";
import { templateListCommand } from "./template-list.js";
import { templateShowCommand } from "./template-show.js";

export function templateCommand(context: Context): Command {
  const command = new Command("template")
    .summary("the catalogue of services that members choose from")
    .description(
      "The catalogue of services that members choose from: templates/services of this checkout, or a folder of your own. " +
        "Add a template by adding a folder with template.yaml and README.md in it.",
    )
    .enablePositionalOptions();
  for (const make of [templateListCommand, templateShowCommand, templateCheckCommand])
    command.addCommand(make(context));
  return withExamples(command, [
    ["allmende template list", "what there is"],
    ["allmende template show wordpress", "what it asks for"],
    ["allmende template check", "what is wrong with the catalogue"],
  ]);
}
