import type { HostPatchState } from "@allmende/patching";
import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import type { Asked } from "../patch/targets.js";
import { type LookingOptions, lookingCommand, parsePositive, withExamples } from "./options.js";

interface PatchHistoryOptions extends LookingOptions {
  readonly lines: number;
}

export function patchHistoryCommand(context: Context): Command {
  const command = lookingCommand("history", "past patch runs, from the hosts")
    .description(
      "Past patch runs of all hosts, latest first, read from the hosts. Exit code 1 when a host cannot be asked.",
    )
    .option("-n, --lines <n>", "how many", parsePositive, 20)
    .action(async (path: string, options: PatchHistoryOptions) => await history(context, path, options));
  return withExamples(command, [
    ["allmende patch history stacks/lab", "the last 20"],
    ["allmende patch history -n 1000 --json", "everything, with reports"],
  ]);
}

async function history(context: Context, path: string, options: PatchHistoryOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { readPatchStates } = await import("../patch/states.js");
  const { describeError, renderError } = await import("../output/errors.js");
  const { tellWaiting } = await import("../output/arrivals.js");
  const { renderPatchHistory } = await import("../patch/render.js");
  const hosts = await readPatchStates(context, readStackFolder(path, options.stack), {
    connectDeadlineMs: options.timeout * 1000,
    onResult: options.json ? undefined : tellWaiting<Asked<HostPatchState>>(context, options.timeout).add,
  });
  const errors = hosts.flatMap((host) => ("error" in host ? [host] : []));
  if (errors.length > 0) context.exitCode = exitCodes.failed;
  const runs = hosts
    .flatMap((host) => ("value" in host ? host.value.runs.map((run) => ({ host: host.host, ...run })) : []))
    .sort((one, other) => other.startedAt.localeCompare(one.startedAt))
    .slice(0, options.lines);
  if (options.json) {
    const unreachable = errors.map(({ host, error }) => ({ host, error: describeError(error) }));
    writeJson(context, { ok: errors.length === 0, runs, unreachable });
    return;
  }
  const shownAs = { colors: context.terminal.colors, debug: context.debug };
  for (const { host, error } of errors) context.terminal.err(renderError(error, { ...shownAs, subject: host }));
  context.terminal.out(runs.length === 0 ? "no patch run yet\n" : renderPatchHistory(runs, context.style));
}
