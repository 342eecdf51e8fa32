import type { HostPatchState } from "@allmende/patching";
import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import type { Asked } from "../patch/targets.js";
import { type LookingOptions, lookingCommand, withExamples } from "./options.js";

export function patchStatusCommand(context: Context): Command {
  const command = lookingCommand("status", "who patches which host right now, and the last run of each")
    .description(
      "Each host's lock (a run that is on its way, or was cut off), the kernels that its runs leave alone since their proof failed, and its last run, read from the hosts; those that answer are shown without waiting for the others. Exit code 1 when a host cannot be asked.",
    )
    .action(async (path: string, options: LookingOptions) => await status(context, path, options));
  return withExamples(command, [
    ["allmende patch status stacks/lab", "all hosts"],
    ["allmende patch status --json | jq '.hosts[] | select(.lock)'", "those that are locked"],
  ]);
}

async function status(context: Context, path: string, options: LookingOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { readPatchStates } = await import("../patch/states.js");
  const { describeError, renderError } = await import("../output/errors.js");
  const { renderWaiting, showArrivals } = await import("../output/arrivals.js");
  const { renderPatchStatus } = await import("../patch/render.js");
  const { terminal, style, debug } = context;
  const arrivals = showArrivals<Asked<HostPatchState>>((parts, missing) => {
    const answers = parts.flatMap((part) => ("value" in part ? [part] : []));
    if (answers.length > 0) terminal.out(renderPatchStatus(answers, style));
    for (const part of parts)
      if ("error" in part)
        terminal.err(renderError(part.error, { colors: terminal.colors, debug, subject: part.host }));
    if (missing.length > 0) terminal.err(renderWaiting(missing, options.timeout));
  });
  const hosts = await readPatchStates(context, readStackFolder(path, options.stack), {
    connectDeadlineMs: options.timeout * 1000,
    onResult: options.json ? undefined : arrivals.add,
  });
  const ok = hosts.every((host) => "value" in host);
  if (!ok) context.exitCode = exitCodes.failed;
  if (!options.json) {
    if (hosts.length === 0) terminal.out("no hosts\n");
    return;
  }
  const shown = hosts.map((host) =>
    "error" in host
      ? { host: host.host, error: describeError(host.error) }
      : { host: host.host, lock: host.value.lock, heldKernels: host.value.heldKernels, lastRun: host.value.runs[0] },
  );
  writeJson(context, { ok, hosts: shown });
}
