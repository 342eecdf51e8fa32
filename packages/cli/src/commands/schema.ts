import { Argument, Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { withExamples } from "./options.js";

const kinds = ["hosts", "windows", "mail", "tariff", "work", "member", "service", "template", "request"] as const;

export function schemaCommand(context: Context): Command {
  const command = new Command("schema")
    .summary("JSON Schemas of the inventory's files, requests and templates, for editors")
    .description("Print the JSON Schema of one kind of file, or write all of them into a folder.")
    .addArgument(new Argument("[kind]", "which file").choices(kinds))
    .option(
      "-o, --out <dir>",
      "write hosts.json, windows.json, mail.json, tariff.json, work.json, member.json, service.json, template.json and request.json into this folder",
    )
    .action(
      async (kind: (typeof kinds)[number] | undefined, options: { out?: string }) =>
        await schema(context, kind, options),
    );
  return withExamples(command, [
    ["allmende schema service", "print one"],
    ["allmende schema --out .vscode/schemas", "write all; name them under `yaml.schemas` in the editor's settings"],
  ]);
}

async function schema(
  context: Context,
  kind: (typeof kinds)[number] | undefined,
  options: { out?: string },
): Promise<void> {
  const { jsonSchemas } = await import("@allmende/model");
  const { requestJsonSchema, templateJsonSchema } = await import("@allmende/requests");
  const schemas = { ...jsonSchemas(), template: templateJsonSchema(), request: requestJsonSchema() };
  if (options.out === undefined) {
    writeJson(context, kind === undefined ? schemas : schemas[kind]);
    return;
  }
  const { writeFileSync } = await import("node:fs");
  const { join } = await import("node:path");
  const { makeOutFolder } = await import("../output/out-folder.js");
  makeOutFolder(options.out);
  for (const name of kind === undefined ? kinds : [kind]) {
    const path = join(options.out, `${name}.json`);
    writeFileSync(path, `${JSON.stringify(schemas[name], null, 2)}\n`);
    context.terminal.out(`${path}\n`);
  }
}
