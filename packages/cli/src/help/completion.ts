import type { Command } from "commander";

/** A command path (`lab up`) with the words that may follow it. */
export interface CompletionEntry {
  readonly path: string;
  readonly summary: string;
  readonly subcommands: readonly { name: string; summary: string }[];
  readonly options: readonly { flag: string; summary: string }[];
  readonly choices: readonly string[];
}

/** Every command path of the program, `""` first. */
function completionEntries(root: Command, path = ""): CompletionEntry[] {
  const subcommands = root.commands.map((command) => ({
    name: command.name(),
    summary: command.summary() || command.description(),
  }));
  const options = [
    ...root.options.flatMap((option) =>
      [option.long, option.short].flatMap((flag) => (flag ? [{ flag, summary: option.description }] : [])),
    ),
    { flag: "--help", summary: "display help" },
  ];
  const choices = root.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const entry = { path, summary: root.summary() || root.description(), subcommands, options, choices };
  return [
    entry,
    ...root.commands.flatMap((command) =>
      completionEntries(command, path === "" ? command.name() : `${path} ${command.name()}`),
    ),
  ];
}

/** The completion script of a program for a shell; folders are completed where nothing else is known. */
export function renderCompletion(root: Command, shell: "bash" | "zsh" | "fish"): string {
  const entries = completionEntries(root);
  if (shell === "fish") return renderFish(root.name(), entries);
  return shell === "bash" ? renderBash(root.name(), entries) : renderZsh(root.name(), entries);
}

function wordsOf(entry: CompletionEntry): string {
  return [
    ...entry.subcommands.map(({ name }) => name),
    ...entry.choices,
    ...entry.options.map(({ flag }) => flag),
  ].join(" ");
}

function renderBash(name: string, entries: readonly CompletionEntry[]): string {
  const cases = entries.map((entry) => `    "${entry.path}") words="${wordsOf(entry)}" ;;`).join("\n");
  const paths = entries.map((entry) => entry.path).filter((path) => path !== "");
  return `# bash completion for ${name}
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${paths.map((path) => `"${path}"`).join("|")}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 0 && "$current" != -* ]]; then COMPREPLY=($(compgen -o dirnames -- "$current")); fi
}
complete -o filenames -F _${name} ${name}
`;
}

function renderZsh(name: string, entries: readonly CompletionEntry[]): string {
  return `#compdef ${name}\nautoload -U +X bashcompinit && bashcompinit\n${renderBash(name, entries)}`;
}

function renderFish(name: string, entries: readonly CompletionEntry[]): string {
  const quote = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = entries.flatMap((entry) => {
    const words = entry.path === "" ? [] : entry.path.split(" ");
    const children = entry.subcommands.map((child) => child.name).join(" ");
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const condition =
      [...seen, ...(children ? [`not __fish_seen_subcommand_from ${children}`] : [])].join("; and ") || "true";
    return [
      ...entry.subcommands.map(
        (child) => `complete -c ${name} -f -n ${quote(condition)} -a ${child.name} -d ${quote(child.summary)}`,
      ),
      ...entry.choices.map((choice) => `complete -c ${name} -f -n ${quote(condition)} -a ${choice}`),
      ...entry.options.map(
        ({ flag, summary }) =>
          `complete -c ${name} -n ${quote(condition)} ${flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`} -d ${quote(summary)}`,
      ),
    ];
  });
  return `# fish completion for ${name}\n${lines.join("\n")}\n`;
}
