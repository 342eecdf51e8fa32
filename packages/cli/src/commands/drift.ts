import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import type { HostDrift } from "../live/drift.js";
import { type LookingOptions, lookingCommand, withExamples } from "./options.js";

export function driftCommand(context: Context): Command {
  const command = lookingCommand("drift", "compare hosts with what was brought there, fast")
    .description(
      "Compare every file, unit and limit on the hosts with what the last `up` declared: one exchange per host, without the Pulumi engine. " +
        "The hosts are only read. All hosts are asked at once. Exit code 4 when something drifted, 1 when a host does not answer. What was changed in the program since the last `up` is not drift: see `preview`.",
    )
    .action(async (path: string, options: LookingOptions) => await drift(context, path, options));
  return withExamples(command, [
    ["allmende drift stacks/lab", "all hosts of a stack"],
    ["allmende drift || allmende up --refresh", "mend what drifted"],
    ["allmende drift --json", "for monitoring"],
  ]);
}

async function drift(context: Context, path: string, options: LookingOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { compareHosts } = await import("../live/drift.js");
  const { showArrivals } = await import("../output/arrivals.js");
  const show = options.json ? undefined : await driftPrinter(context, options);
  const startedAt = Date.now();
  const hosts = await compareHosts(context, readStackFolder(path, options.stack), {
    connectDeadlineMs: options.timeout * 1000,
    onResult: show && showArrivals(show).add,
  });
  const durationMs = Date.now() - startedAt;
  const drifted = hosts.some((host) => host.findings.length > 0);
  const unreachable = hosts.some((host) => host.error !== undefined);
  if (drifted) context.exitCode = exitCodes.drift;
  if (unreachable) context.exitCode = exitCodes.failed;
  if (options.json) {
    const { describeError } = await import("../output/errors.js");
    const shown = hosts.map(({ error, ...host }) => ({ ...host, ...(error && { error: describeError(error) }) }));
    writeJson(context, { ok: !drifted && !unreachable, hosts: shown, durationMs });
    return;
  }
  context.terminal.out(await summarize(hosts, durationMs, path));
}

/** Prints what was found on hosts, and what is still being waited for. */
async function driftPrinter(
  { terminal, style, debug }: Context,
  { timeout }: LookingOptions,
): Promise<(hosts: readonly HostDrift[], missing: readonly string[]) => void> {
  const { renderError } = await import("../output/errors.js");
  const { renderWaiting } = await import("../output/arrivals.js");
  return (hosts, missing) => {
    for (const { host, findings, error } of hosts) {
      if (error) terminal.err(renderError(error, { colors: terminal.colors, debug, subject: host }));
      for (const { resource, message } of findings)
        terminal.out(`${style.yellow("~")} ${host} ${resource}: ${message}\n`);
      // When others are late, silence would not say that this one is well.
      if (missing.length > 0 && !error && findings.length === 0) terminal.out(`no drift on ${host}\n`);
    }
    if (missing.length > 0) terminal.err(renderWaiting(missing, timeout));
  };
}

/** The last line. */
async function summarize(hosts: readonly HostDrift[], durationMs: number, path: string): Promise<string> {
  const { renderCount } = await import("@allmende/model");
  const { renderSeconds } = await import("../output/steps.js");
  const total = (count: (host: HostDrift) => number) => hosts.reduce((sum, host) => sum + count(host), 0);
  const resources = renderCount(
    total((host) => host.resources),
    "resource",
  );
  const found = total((host) => host.findings.length);
  const took = renderSeconds(durationMs);
  if (found > 0)
    return `${renderCount(found, "difference")} in ${resources} (${took}); mend: allmende up --refresh ${path}\n`;
  const reached = hosts.filter((host) => host.error === undefined).length;
  const where = `${reached < hosts.length ? `${reached} of ` : ""}${renderCount(hosts.length, "host")}`;
  return `no drift in ${resources} on ${where} (${took})\n`;
}
