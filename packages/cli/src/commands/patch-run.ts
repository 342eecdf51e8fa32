import type { MailSpec } from "@allmende/model";
import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import type { LostOpening } from "../patch/lost.js";
import type { StackPatchRun } from "../patch/run.js";
import type { StackFolder } from "../stack/folder.js";
import { collect, type StackOptions, stackCommand, withExamples } from "./options.js";

export interface PatchRunOptions extends StackOptions {
  readonly window?: string;
  readonly emergency?: boolean;
  readonly reason?: string;
  readonly by?: string;
  readonly resume?: boolean;
  readonly target?: readonly string[];
}

export function patchRunCommand(context: Context): Command {
  const command = stackCommand("run", "patch the hosts whose window is open")
    .description(
      "Patch the hosts whose window is open: checks, upgrade, restarts, a reboot if it is needed and allowed, proof, and back when the proof fails. " +
        "Nothing open: says so and changes nothing. The same command again goes on where a run was cut off, and does nothing twice. " +
        "Hostmasters are told by e-mail when inventory/mail.yaml says how. A window whose calendar of blackouts cannot be read stays closed, and the others are patched. Exit code 1 when a host failed, or a mail was not taken; " +
        "else 7 when a window stayed closed that would have been open now.",
    )
    .option(
      "-w, --window <name>",
      "only this window (default: all that are open); whose hosts and waves an emergency takes, where there are several",
    )
    .option("--emergency", "run now, outside of every window; needs --reason and --by, which are recorded on the hosts")
    .option("--reason <text>", "why it cannot wait")
    .option("--by <name>", "who decided it")
    .option("-t, --target <host>", "an emergency on this host only (may be given several times)", collect)
    .option(
      "--resume",
      "finish runs of this stack that were cut off, also when their window is over; nothing new begins",
    )
    .action(async (path: string, options: PatchRunOptions) => await run(context, path, options));
  return withExamples(command, [
    ["allmende patch run stacks/lab", "every night, from CI"],
    ['allmende patch run --emergency --reason "CVE-2026-1234 in sshd" --by gerd', "now"],
    [
      'allmende patch run --emergency --reason "CVE-2026-1234 in sshd" --by gerd --window nightly',
      "with several windows",
    ],
    ['allmende patch run --emergency --reason "CVE-2026-1234 in sshd" --by gerd --target web1', "on one host"],
    ["allmende patch run --resume", "after the runner was killed"],
  ]);
}

async function run(context: Context, path: string, options: PatchRunOptions): Promise<void> {
  const { describeHeld } = await import("@allmende/requests");
  const { readStackFolder } = await import("../stack/folder.js");
  const { readStackWindows } = await import("../patch/stack-windows.js");
  const { runPatches } = await import("../patch/run.js");
  const { renderBlackedOut, renderLostOpening, renderPatchRun } = await import("../patch/render.js");
  const { describeError } = await import("../output/errors.js");
  context.interruptMessage = "ending once the hosts that have begun are done (Ctrl-C again to leave them at once)\n";
  const folder = readStackFolder(path, options.stack);
  await tellLocks(context, folder);
  const declared = await readStackWindows(context, folder);
  const { runs, lost, blackedOut } = await runPatches(context, folder, declared, options);
  const failed = runs.some(
    ({ hosts, stopped }) => stopped !== undefined || hosts.some((host) => host.state === "failed"),
  );
  if (lost.length > 0) context.exitCode = exitCodes.unread;
  if (failed) context.exitCode = exitCodes.failed;
  const mail = await tellHostmasters(context, folder, declared.mail, runs, lost);
  if (context.signal.aborted) context.exitCode = exitCodes.interrupted;
  if (options.json) {
    const shown = runs.map(({ hosts, ...rest }) => ({
      ...rest,
      hosts: hosts.map((host) => ("error" in host ? { ...host, error: describeError(host.error) } : host)),
    }));
    const unopened = lost.map(({ error, ...rest }) => ({ ...rest, error: describeError(error) }));
    const held = declared.held.map(describeHeld);
    writeJson(context, {
      ok: !failed && lost.length === 0,
      runs: shown,
      lost: unopened,
      blackedOut,
      held,
      ...mail?.shown,
    });
    return;
  }
  if (runs.length === 0) {
    context.terminal.out(`${nothingRan(lost, options.resume)}; nothing was changed\n`);
  }
  for (const each of blackedOut) context.terminal.out(renderBlackedOut(each, context.style));
  for (const each of lost) context.terminal.out(renderLostOpening(each, context.style));
  for (const each of runs) context.terminal.out(renderPatchRun(each, context));
  context.terminal.err(mail?.text ?? "");
}

/** Why there was no run. */
function nothingRan({ length }: readonly LostOpening[], resume = false): string {
  if (resume) return "no run of this stack was cut off";
  if (length === 0) return "no patch window is open";
  return length === 1
    ? "1 window would be open but stayed closed"
    : `${length} windows would be open but stayed closed`;
}

/** A patch run needs no lock of the stack, and must not wait for one: but whoever left it there may have left more half done. */
async function tellLocks({ terminal }: Context, folder: StackFolder): Promise<void> {
  const { findLocks, renderHolder } = await import("../stack/locks.js");
  for (const lock of findLocks(folder) ?? []) {
    const next = lock.state === "running" ? "" : `; see allmende unlock ${folder.directory} --dry-run`;
    terminal.err(`note: the stack's state is locked by ${renderHolder(lock)}: ${lock.because}${next}\n`);
  }
}

/** Sends the results by e-mail where that is declared. What the runs did is told in any case. */
async function tellHostmasters(
  context: Context,
  folder: StackFolder,
  mail: MailSpec | undefined,
  runs: readonly StackPatchRun[],
  lost: readonly LostOpening[],
): Promise<{ readonly text: string; readonly shown: object } | undefined> {
  const { mailResults } = await import("../mail/result.js");
  const { describeResultMail, isDelivered, renderResultMail } = await import("../mail/render.js");
  const { describeError, renderError } = await import("../output/errors.js");
  try {
    const sent = await mailResults(context, folder, mail, runs, lost);
    if (sent === undefined) return undefined;
    if (!isDelivered(sent)) context.exitCode = exitCodes.failed;
    return { text: renderResultMail(sent, context), shown: { mail: describeResultMail(sent) } };
  } catch (error) {
    context.exitCode = exitCodes.failed;
    const text = renderError(error, { colors: context.terminal.colors, debug: context.debug });
    return { text, shown: { mail: { mails: [], failure: describeError(error) } } };
  }
}
