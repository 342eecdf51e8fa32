import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { collect, type StackOptions, stackCommand, withExamples } from "./options.js";

interface PatchReleaseOptions extends StackOptions {
  readonly target?: readonly string[];
}

export function patchReleaseCommand(context: Context): Command {
  const command = stackCommand("release", "let the next run try a held kernel again")
    .description(
      "Let the next run try kernels again that hosts hold, since a run failed its proof with them (`patch status` shows which). Nothing is installed or rebooted now; " +
        "the host's journal says who released them. Exit code 1 when a host cannot be asked.",
    )
    .option("-t, --target <host>", "only this host (may be given several times; default: all)", collect)
    .action(async (path: string, options: PatchReleaseOptions) => await release(context, path, options));
  return withExamples(command, [
    ["allmende patch release stacks/lab --target web1", "one host"],
    ["allmende patch release stacks/lab", "all of the stack"],
  ]);
}

async function release(context: Context, path: string, options: PatchReleaseOptions): Promise<void> {
  const { describeHeldKernel, ownerName, releaseKernels } = await import("@allmende/patching");
  const { readStackFolder } = await import("../stack/folder.js");
  const { askAll, checkTargets, openTargets } = await import("../patch/targets.js");
  const { describeError, renderError } = await import("../output/errors.js");
  const { terminal, debug, signal } = context;
  const stack = await openTargets(readStackFolder(path, options.stack));
  try {
    const names = options.target ?? [...stack.targets.keys()].sort();
    checkTargets(stack, names);
    const owner = ownerName();
    const hosts = await askAll(
      stack,
      names,
      async (ssh, host) => await releaseKernels(ssh, host, owner, { signal }),
      signal,
    );
    const ok = hosts.every((host) => "value" in host);
    if (!ok) context.exitCode = exitCodes.failed;
    if (options.json) {
      const shown = hosts.map((host) =>
        "error" in host
          ? { host: host.host, error: describeError(host.error) }
          : { host: host.host, released: host.value },
      );
      writeJson(context, { ok, hosts: shown });
      return;
    }
    for (const host of hosts) {
      if ("error" in host)
        terminal.err(renderError(host.error, { colors: terminal.colors, debug, subject: host.host }));
      else if (host.value.length === 0) terminal.out(`${host.host}: holds no kernel itself\n`);
      else for (const held of host.value) terminal.out(`${host.host}: released: ${describeHeldKernel(held)}\n`);
    }
  } finally {
    await stack.close();
  }
}
