import { Argument, Command } from "commander";
import type { Context } from "../context.js";
import { withExamples } from "./options.js";

const shells = ["bash", "zsh", "fish"] as const;

export function completionCommand(context: Context): Command {
  const command = new Command("completion")
    .summary("the completion script for your shell")
    .description("Print the completion script for a shell.")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .action(async (shell: (typeof shells)[number], _options: unknown, self: Command) => {
      const { renderCompletion } = await import("../help/completion.js");
      let root = self;
      while (root.parent) root = root.parent;
      context.terminal.out(renderCompletion(root, shell));
    });
  return withExamples(command, [
    ['eval "$(allmende completion bash)"', "bash, in ~/.bashrc"],
    ['eval "$(allmende completion zsh)"', "zsh, in ~/.zshrc after compinit"],
    ["allmende completion fish > ~/.config/fish/completions/allmende.fish", "fish"],
  ]);
}
