import { Command } from "commander";
import type { Context } from "../context.js";
import { withExamples } from "./options.js";

interface RequestSecretsOptions {
  readonly folder: string;
  readonly stack?: string;
  readonly show?: boolean;
}

export function requestSecretsCommand(context: Context): Command {
  const command = new Command("secrets")
    .summary("what was generated for a request's member, encrypted to them")
    .description(
      "For hostmasters: the passwords and tokens that the template generates for the member, as an armoured age file on standard output that only they can open (ageRecipient in members/NAME.yaml): the same that the mail " +
        "has that says the request is applied. Internal ones, such as an application's password for its own database, are never among them. Needs the stack's passphrase. With --show they are printed in plain, on a terminal only: exit code 2 in a pipe or a file.",
    )
    .argument("<id>", "name of the request")
    .option("-f, --folder <dir>", "the stack folder", ".")
    .option("-s, --stack <name>", "which stack, when the folder has several (default: PULUMI_STACK, or the only one)")
    .option("--show", "print them in plain, only on a terminal")
    .action(async (id: string, options: RequestSecretsOptions) => await secrets(context, id, options));
  return withExamples(command, [
    ["allmende request secrets 20261124-1530-anna-db -f stacks/coop > anna-db.age", "for a mail to the member"],
    ["allmende request secrets 20261124-1530-anna-db -f stacks/coop --show", "to hand it over in person"],
  ]);
}

async function secrets(context: Context, id: string, options: RequestSecretsOptions): Promise<void> {
  const { UserError } = await import("@allmende/model");
  const { readStackFolder } = await import("../stack/folder.js");
  const { findTold, readTold, sealTold } = await import("../request/told.js");
  if (options.show && !context.terminal.isTerminal) {
    throw new UserError("--show prints secrets in plain, and standard output is no terminal", {
      code: "not-a-terminal",
      nextStep: "run it on a terminal, without a pipe; or leave --show out: then it is encrypted to the member",
    });
  }
  const folder = readStackFolder(options.folder, options.stack);
  const { inventory, member, told, language } = await findTold(folder, id);
  if (options.show) return context.terminal.out(await readTold(folder, inventory, told, language));
  const sealed = await sealTold(folder, inventory, member, told, language);
  if (sealed === undefined) {
    throw new UserError(`members/${member}.yaml has no ageRecipient, to which it could be encrypted`, {
      code: "no-age-recipient",
      concerns: `members/${member}.yaml`,
      nextStep: `write the member's public key there (ageRecipient: age1…; age-keygen makes one), or show it on a terminal: allmende request secrets ${id} --show`,
    });
  }
  context.terminal.out(sealed.endsWith("\n") ? sealed : `${sealed}\n`);
}
