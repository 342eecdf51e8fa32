import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { type StackOptions, stackCommand, withExamples } from "./options.js";

export interface PatchRunOptions extends StackOptions {
  readonly window?: string;
  readonly emergency?: boolean;
  readonly reason?: string;
  readonly by?: string;
  readonly resume?: boolean;
}

export function patchRunCommand(context: Context): Command {
  const command = stackCommand("run", "patch the hosts whose window is open")
    .description(
      "Patch the hosts whose window is open: checks, upgrade, restarts, a reboot if it is needed and allowed, proof, and back when the proof fails. " +
        "Nothing open: says so and changes nothing. The same command again goes on where a run was cut off, and does nothing twice. " +
        "Exit code 1 when a host failed.",
    )
    .option("-w, --window <name>", "only this window (default: all that are open)")
    .option("--emergency", "run now, outside of every window; needs --reason and --by, which are recorded on the hosts")
    .option("--reason <text>", "why it cannot wait")
    .option("--by <name>", "who decided it")
    .option("--resume", "finish runs of this stack that were cut off and whose window is over; nothing new begins")
    .action(async (path: string, options: PatchRunOptions) => await run(context, path, options));
  return withExamples(command, [
    ["allmende patch run stacks/lab", "every night, from CI"],
    ['allmende patch run --emergency --reason "CVE-2026-1234 in sshd" --by gerd', "now"],
    ["allmende patch run --resume", "after the runner was killed"],
  ]);
}

async function run(context: Context, path: string, options: PatchRunOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { runPatches } = await import("../patch/run.js");
  const { renderPatchRun } = await import("../patch/render.js");
  const { describeError } = await import("../output/errors.js");
  context.interruptMessage = "ending once the hosts that have begun are done (Ctrl-C again to leave them at once)\n";
  const runs = await runPatches(context, readStackFolder(path, options.stack), options);
  const failed = runs.some(
    ({ hosts, stopped }) => stopped !== undefined || hosts.some((host) => host.state === "failed"),
  );
  if (failed) context.exitCode = exitCodes.failed;
  if (context.signal.aborted) context.exitCode = exitCodes.interrupted;
  if (options.json) {
    const shown = runs.map(({ hosts, ...rest }) => ({
      ...rest,
      hosts: hosts.map((host) => ("error" in host ? { ...host, error: describeError(host.error) } : host)),
    }));
    writeJson(context, { ok: !failed, runs: shown });
    return;
  }
  if (runs.length === 0) {
    const what = options.resume ? "no run of this stack was cut off" : "no patch window is open";
    context.terminal.out(`${what}: nothing was changed\n`);
  }
  for (const each of runs) context.terminal.out(renderPatchRun(each, context));
}
