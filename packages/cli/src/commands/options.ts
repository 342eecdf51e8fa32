import { Command, InvalidArgumentError, Option } from "commander";

/** Options that all commands on a stack folder share. */
export interface StackOptions {
  readonly stack?: string;
  readonly json?: boolean;
}

/** A command on a stack folder: `NAME [folder] --stack NAME --json`. */
export function stackCommand(name: string, summary: string): Command {
  return new Command(name)
    .summary(summary)
    .argument("[folder]", "folder of the stack (with Pulumi.yaml)", ".")
    .option("-s, --stack <name>", "which stack, when the folder has several (default: PULUMI_STACK, or the only one)")
    .option("--json", "print a JSON document instead of text");
}

/** Options of commands that only look at hosts. */
export interface LookingOptions extends StackOptions {
  /** Seconds. */
  readonly timeout: number;
}

/** A command that only looks at the hosts of a stack, and therefore need not wait as long for one as a change does. */
export function lookingCommand(name: string, summary: string): Command {
  return stackCommand(name, summary).option(
    "-t, --timeout <seconds>",
    "how long to try to get a connection to a host",
    parsePositive,
    8,
  );
}

/** Examples below a command's help: pairs of a command and what it does. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [command: string, meaning: string])[],
): Command {
  const width = Math.max(...examples.map(([example]) => example.length));
  const lines = examples.map(([example, meaning]) => `  ${example.padEnd(width)}   ${meaning}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}\n`);
}

/** Parses a whole number from 1. */
export function parsePositive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("a whole number from 1 is needed.");
  return value;
}

/** `--lang`: the language of what people read. */
export function languageOption(): Option {
  return new Option("--lang <language>", "language of the text").choices(["de", "en"]).default("en");
}

/** Gathers an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Where Debian's security data is. */
export function vulnerabilitiesOption(): Option {
  return new Option(
    "--vulnerabilities <file|url>",
    "Debian's security data: the tracker's data.json, or debsecan's for the hosts' release",
  ).env("ALLMENDE_VULNERABILITIES");
}

/** Parses a day or an instant: `2026-11-01`, `2026-11-01T02:00Z`. */
export function parseDate(text: string): Date {
  const date = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}(T|$)/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("a date is needed: 2026-11-01.");
}
