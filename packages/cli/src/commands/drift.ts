import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { type StackOptions, stackCommand, withExamples } from "./options.js";

export function driftCommand(context: Context): Command {
  const command = stackCommand("drift", "compare hosts with what was brought there, fast")
    .description(
      "Compare every file, unit and limit on the hosts with what the last `up` declared: one exchange per host, without the Pulumi engine. " +
        "The hosts are only read. Exit code 4 when something drifted. What was changed in the program since the last `up` is not drift: see `preview`.",
    )
    .action(async (path: string, options: StackOptions) => await drift(context, path, options));
  return withExamples(command, [
    ["allmende drift stacks/lab", "all hosts of a stack"],
    ["allmende drift || allmende up --refresh", "mend what drifted"],
    ["allmende drift --json", "for monitoring"],
  ]);
}

async function drift(context: Context, path: string, options: StackOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { compareHosts } = await import("../live/drift.js");
  const startedAt = Date.now();
  const hosts = await compareHosts(context, readStackFolder(path, options.stack));
  const drifted = hosts.some((host) => host.findings.length > 0);
  const unreachable = hosts.some((host) => host.error !== undefined);
  if (drifted) context.exitCode = exitCodes.drift;
  if (unreachable) context.exitCode = exitCodes.failed;
  if (options.json) {
    const { describeError } = await import("../output/errors.js");
    const shown = hosts.map(({ error, ...host }) => ({ ...host, ...(error && { error: describeError(error) }) }));
    writeJson(context, { ok: !drifted && !unreachable, hosts: shown, durationMs: Date.now() - startedAt });
    return;
  }
  const { renderError } = await import("../output/errors.js");
  const { renderCount } = await import("@allmende/model");
  const { renderSeconds } = await import("../output/steps.js");
  const shownAs = { colors: context.terminal.colors, debug: context.debug };
  for (const host of hosts) {
    if (host.error) context.terminal.err(renderError(host.error, { ...shownAs, subject: host.host }));
    for (const finding of host.findings)
      context.terminal.out(`${context.style.yellow("~")} ${host.host} ${finding.resource}: ${finding.message}\n`);
  }
  const total = (count: (host: (typeof hosts)[number]) => number) => hosts.reduce((sum, host) => sum + count(host), 0);
  const resources = renderCount(
    total((host) => host.resources),
    "resource",
  );
  const found = total((host) => host.findings.length);
  const took = renderSeconds(Date.now() - startedAt);
  const { out } = context.terminal;
  const reached = hosts.filter((host) => host.error === undefined).length;
  const where = `${unreachable ? `${reached} of ` : ""}${renderCount(hosts.length, "host")}`;
  if (!drifted) out(`no drift in ${resources} on ${where} (${took})\n`);
  else out(`${renderCount(found, "difference")} in ${resources} (${took}); mend: allmende up --refresh ${path}\n`);
}
