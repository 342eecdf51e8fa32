import type { Command } from "commander";
import { exitCodeMeanings, exitCodes } from "../exit-codes.js";

/** The reference of all commands as Markdown, from the very objects that parse the arguments. */
export function renderReference(root: Command): string {
  const sections = root.commands
    .filter((command) => command.name() !== "help")
    .flatMap((command) => renderCommand(command, root.name(), 3));
  const codes = Object.entries(exitCodes).map(
    ([name, code]) => `| ${code} | ${exitCodeMeanings[name as keyof typeof exitCodes]} |`,
  );
  return [...sections, "### Exit codes", "", "| code | meaning |", "|---|---|", ...codes, ""].join("\n");
}

function renderCommand(command: Command, parent: string, level: number): string[] {
  const name = `${parent} ${command.name()}`;
  const lines = [
    `${"#".repeat(level)} \`${name}\``,
    "",
    escapeCell(command.description()),
    "",
    "```",
    `${name} ${command.usage()}`.trim(),
    "```",
    "",
  ];
  const rows = [
    ...command.registeredArguments.map((argument) => [
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
      withChoices(argument.description, argument.argChoices, argument.defaultValue),
    ]),
    ...command.options.map((option) => [
      option.flags,
      withChoices(option.description, option.argChoices, option.defaultValue) +
        (option.envVar === undefined ? "" : ` (env: ${option.envVar})`),
    ]),
  ];
  if (rows.length > 0)
    lines.push(
      "| | |",
      "|---|---|",
      ...rows.map(([flag, text]) => `| \`${escapeCell(flag ?? "")}\` | ${escapeCell(text ?? "")} |`),
      "",
    );
  const examples = examplesOf(command);
  if (examples !== "") lines.push("```", examples, "```", "");
  return [...lines, ...command.commands.flatMap((child) => renderCommand(child, name, level + 1))];
}

/** The examples stand in the text after the help; commander gives that only as part of the whole. */
function examplesOf(command: Command): string {
  const parts: string[] = [];
  const before = command.configureOutput();
  command.configureOutput({ ...before, writeOut: (part) => parts.push(part) });
  command.outputHelp();
  command.configureOutput(before);
  return /\nExamples:\n(.*)$/s.exec(parts.join(""))?.[1]?.trimEnd().replace(/^ {2}/gm, "") ?? "";
}

function withChoices(text: string, choices: readonly string[] | undefined, defaultValue: unknown): string {
  const choice = choices ? ` (${choices.join(", ")})` : "";
  const standard =
    defaultValue === undefined || typeof defaultValue === "function"
      ? ""
      : ` (default: ${JSON.stringify(defaultValue)})`;
  return `${text}${choice}${standard}`;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
