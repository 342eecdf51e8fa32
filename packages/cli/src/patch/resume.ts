import { UserError } from "@allmende/model";
import { type HostLock, policyOf, readPatchState, sameRun, type WavePlan } from "@allmende/patching";
import type { Context } from "../context.js";
import type { StackFolder } from "../stack/folder.js";
import { type PlannedRun, stackKey } from "./planned-run.js";
import type { StackWindows } from "./stack-windows.js";
import { askAll, type StackTargets } from "./targets.js";

/**
 * The runs of a stack that hold hosts and are on their way no more, as plans for just those hosts, one at a time. Their packages
 * stand in their orders on the hosts; a reboot that has not begun is left to the next window.
 */
export async function resumablePlans(
  context: Context,
  folder: StackFolder,
  reached: StackTargets,
  { windows }: StackWindows,
  owner: string,
): Promise<PlannedRun[]> {
  const names = [...reached.targets.keys()].sort();
  const asked = await askAll(
    reached,
    names,
    async (ssh, host) => (await readPatchState(ssh, host, { signal: context.signal })).lock,
    context.signal,
  );
  const stack = stackKey(folder);
  const held = asked.flatMap((result) => {
    if ("error" in result) throw result.error;
    const lock = result.value;
    return lock !== undefined && sameRun(lock, { stack, occurrence: lock.occurrence })
      ? [{ host: result.host, lock }]
      : [];
  });
  const occurrences = [...new Set(held.map(({ lock }) => lock.occurrence))];
  return occurrences.map((occurrence) => {
    const hosts = held.filter(({ lock }) => lock.occurrence === occurrence).map(({ host }) => host);
    return { ...planOf(windows, occurrence), identity: { stack, occurrence, owner }, plan: oneByOne(hosts) };
  });
}

function planOf(
  windows: StackWindows["windows"],
  occurrence: HostLock["occurrence"],
): Pick<PlannedRun, "window" | "policy"> {
  const name = occurrence.slice(0, occurrence.indexOf("/"));
  const window = windows.find((each) => each.name === name) ?? windows[0];
  if (window === undefined) {
    throw new UserError(`the window of ${occurrence} is no longer declared`, {
      code: "no-window",
      concerns: occurrence,
      nextStep: "declare it again in inventory/windows.yaml",
    });
  }
  return { window: name, policy: { ...policyOf(window), reboot: "never" } };
}

function oneByOne(hosts: readonly string[]): WavePlan {
  const batches = hosts.map((host) => [host]);
  return {
    waves: [{ kind: "rest", batches, soakSeconds: 0 }],
    hostCount: hosts.length,
    toleratedFailures: hosts.length,
  };
}
