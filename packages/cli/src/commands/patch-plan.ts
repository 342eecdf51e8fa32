import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { collect, type StackOptions, stackCommand, vulnerabilitiesOption, withExamples } from "./options.js";

interface PatchPlanOptions extends StackOptions {
  readonly window?: string;
  readonly target?: readonly string[];
  readonly vulnerabilities?: string;
}

export function patchPlanCommand(context: Context): Command {
  const command = stackCommand("plan", "what a run would do, without doing it")
    .description(
      "What a patch run would do: hosts in their order, packages with old and new versions and the CVEs that each fixes, expected restarts and reboots. " +
        "The hosts are only read. Exit code 1 when a host cannot say.",
    )
    .option("-w, --window <name>", "only this window (default: all)")
    .option("-t, --target <host>", "only this host (may be given several times)", collect)
    .addOption(vulnerabilitiesOption())
    .action(async (path: string, options: PatchPlanOptions) => await plan(context, path, options));
  return withExamples(command, [
    ["allmende patch plan stacks/lab", "all windows"],
    ["allmende patch plan --vulnerabilities data.json", "with the CVEs that each upgrade fixes"],
    ["allmende patch plan --window security-nightly --json", "one, for scripts"],
  ]);
}

async function plan(context: Context, path: string, options: PatchPlanOptions): Promise<void> {
  const { describeHeld } = await import("@allmende/requests");
  const { readStackFolder } = await import("../stack/folder.js");
  const { addFixes, plannedHosts, planPatches } = await import("../patch/plan.js");
  const { readStackWindows } = await import("../patch/stack-windows.js");
  const { renderDataNote, renderPatchPlan } = await import("../patch/render.js");
  const { describeUnread } = await import("../windows/calendar-feeds.js");
  const { commonRelease, readVulnerabilities } = await import("../patch/security-data.js");
  const folder = readStackFolder(path, options.stack);
  const declared = await readStackWindows(context, folder);
  const { plans: asked, unread } = await planPatches(context, folder, declared, {
    window: options.window,
    targets: options.target,
  });
  const release = commonRelease(plannedHosts(asked).map((host) => host.release));
  const data = release === undefined ? undefined : await readVulnerabilities(context, options.vulnerabilities, release);
  const plans = data ? addFixes(asked, data) : asked;
  const silent = plans.flatMap(({ waves }) => waves.flatMap(({ hosts }) => hosts.filter((host) => "error" in host)));
  if (silent.length > 0) context.exitCode = exitCodes.failed;
  if (options.json) {
    const vulnerabilities = data && { ...data.dated, release: data.release, format: data.format };
    const waiting = { unread: describeUnread({ unread }), held: declared.held.map(describeHeld) };
    writeJson(context, { ok: silent.length === 0, windows: plans, ...waiting, vulnerabilities });
    return;
  }
  if (plans.length === 0) {
    context.terminal.out("no patch window is declared in inventory/windows.yaml\n");
    return;
  }
  const windows = plans.map((each) => renderPatchPlan(each, context.style)).join("\n");
  const others = data === undefined ? [] : plannedHosts(plans).filter((host) => host.release !== data.release);
  context.terminal.out(`${windows}\n${renderDataNote(data?.dated, context.style, others)}`);
}
