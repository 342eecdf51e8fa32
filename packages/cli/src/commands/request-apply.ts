import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodeOf, exitCodes } from "../exit-codes.js";
import type { Untold } from "../request/untold.js";
import { type StackOptions, stackCommand, withExamples } from "./options.js";

export function requestApplyCommand(context: Context): Command {
  const command = stackCommand("apply", "apply what was accepted and is due")
    .description(
      "Bring a stack to what its inventory and its accepted requests say, from CI after each merge and once a day. Nothing is applied unless every request was approved. The staging stack of work.yaml comes first, " +
        "and has to be healthy. Secrets that templates make are made once, in Pulumi's configuration; where they are missing there later on, they are taken from the stack's state, which keeps them when a service ends, as volumes outlive it. Where neither has one and an earlier service's data may be there, nothing is made and nothing applied (secret-lost). When it does not succeed, the former state stays. Whoever asked is told by e-mail what became of it; passwords that a template generates for the member come with the mail that says it is applied, encrypted to their age key (ageRecipient in members/NAME.yaml). Exit code 1 when a mail was not taken: the next run sends it.",
    )
    .action(async (path: string, options: StackOptions) => await apply(context, path, options));
  return withExamples(command, [["allmende request apply stacks/lab", "in CI, after the merge"]]);
}

async function apply(context: Context, path: string, options: StackOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { applyRequests } = await import("../request/apply.js");
  const { describeError, renderError } = await import("../output/errors.js");
  const { failure, mailFailure, ...report } = await applyRequests(
    context,
    readStackFolder(path, options.stack),
    options,
  );
  if (failure !== undefined)
    context.exitCode = failure.code === "unhealthy" ? exitCodes.unhealthy : exitCodeOf(failure);
  else if (mailFailure !== undefined || report.untold.length > 0) context.exitCode = exitCodes.failed;
  // On standard error also beside JSON: somebody is to do something.
  for (const each of report.untold) context.terminal.err(renderUntold(each));
  if (options.json) {
    writeJson(context, {
      ok: failure === undefined,
      ...report,
      ...(failure && { error: describeError(failure) }),
      ...(mailFailure && { mailError: describeError(mailFailure) }),
    });
    return;
  }
  const { terminal, debug } = context;
  for (const name of report.madeSecrets) terminal.out(`made the secret ${name}, in the stack's configuration\n`);
  if (failure !== undefined) terminal.err(renderError(failure, { colors: terminal.colors, debug }));
  if (mailFailure !== undefined) terminal.err(renderError(mailFailure, { colors: terminal.colors, debug }));
  for (const who of report.told) terminal.err(`${who} was told by e-mail\n`);
  if (failure === undefined)
    terminal.out(
      report.requests.length === 0 ? "no request was waiting\n" : `applied: ${report.requests.join(", ")}\n`,
    );
}

function renderUntold({ id, secrets }: Untold): string {
  const now = secrets.length === 0 ? "" : `; what was generated for its member: allmende request secrets ${id}`;
  return `request ${id} is applied, and nobody could be told: the next run tries again${now}\n`;
}
