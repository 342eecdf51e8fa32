import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { type StackOptions, stackCommand, withExamples } from "./options.js";

export function patchStatusCommand(context: Context): Command {
  const command = stackCommand("status", "who patches which host right now, and the last run of each")
    .description(
      "Each host's lock (a run that is on its way, or was cut off) and its last run, read from the hosts. Exit code 1 when a host cannot be asked.",
    )
    .action(async (path: string, options: StackOptions) => await status(context, path, options));
  return withExamples(command, [
    ["allmende patch status stacks/lab", "all hosts"],
    ["allmende patch status --json | jq '.hosts[] | select(.lock)'", "those that are locked"],
  ]);
}

async function status(context: Context, path: string, options: StackOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { readPatchStates } = await import("../patch/states.js");
  const { describeError } = await import("../output/errors.js");
  const { renderPatchStatus } = await import("../patch/render.js");
  const hosts = await readPatchStates(context, readStackFolder(path, options.stack));
  const ok = hosts.every((host) => "value" in host);
  if (!ok) context.exitCode = exitCodes.failed;
  if (!options.json) {
    context.terminal.out(renderPatchStatus(hosts, context.style));
    return;
  }
  const shown = hosts.map((host) =>
    "error" in host
      ? { host: host.host, error: describeError(host.error) }
      : { host: host.host, lock: host.value.lock, lastRun: host.value.runs[0] },
  );
  writeJson(context, { ok, hosts: shown });
}
