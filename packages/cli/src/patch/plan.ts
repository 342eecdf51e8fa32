import { nextOccurrences, type Occurrence, openOccurrence } from "@allmende/model";
import {
  type DatedVulnerabilities,
  inspectPending,
  type PatchWave,
  type PlannedChanges,
  planWaves,
  snapshotOf,
  withFixes,
} from "@allmende/patching";
import type { Context } from "../context.js";
import { describeError } from "../output/errors.js";
import type { StackFolder } from "../stack/folder.js";
import { readCalendars } from "../windows/calendar-feeds.js";
import { findWindow, hostNamesOf, type StackWindows } from "./stack-windows.js";
import { askAll, openTargets } from "./targets.js";

/** What one window's run would do: an entry of `patch plan --json`. */
export interface WindowPatchPlan {
  readonly window: string;
  readonly open: boolean;
  /** The occurrence that is open, or opens next. */
  readonly occurrence: { readonly id: string; readonly startsAt: string; readonly endsAt: string } | undefined;
  readonly updates: "security" | "all";
  readonly reboot: "never" | "if-needed";
  /** Of apt's, `20261124T020000Z`: the level of that occurrence. Undefined: what repositories offer then. */
  readonly snapshot?: string | undefined;
  readonly waves: readonly (Pick<PatchWave, "kind" | "number" | "soakSeconds"> & {
    readonly hosts: readonly HostPatchPlan[];
  })[];
}

export type HostPatchPlan = { readonly host: string } & (
  | PlannedChanges
  | { readonly error: Readonly<Record<string, unknown>> }
);

/** Asks every host of the windows what is pending; nothing is changed. */
export async function planPatches(
  context: Context,
  folder: StackFolder,
  declared: StackWindows,
  options: { readonly window?: string | undefined },
  nowMs = Date.now(),
): Promise<WindowPatchPlan[]> {
  const { window: name } = options;
  const stack = await readCalendars(context, folder.directory, declared, { stack: folder.stack, window: name });
  const windows = name === undefined ? stack.windows : [findWindow(stack, name)];
  if (windows.length === 0) return [];
  const reached = await openTargets(folder);
  try {
    const plans: WindowPatchPlan[] = [];
    for (const window of windows) {
      const open = openOccurrence(window, nowMs);
      const occurrence = open ?? nextOccurrences(window, nowMs, 1)[0];
      // Before an opening, what is to be had by now.
      const seen = snapshotOf(window, Math.min(nowMs, occurrence?.startMs ?? nowMs));
      const snapshot = snapshotOf(window, occurrence?.startMs ?? nowMs);
      const asked = await askAll(
        reached,
        hostNamesOf(window, stack),
        async (ssh, host) =>
          await inspectPending(ssh, host, window.updates, { signal: context.signal, snapshot: seen }),
        context.signal,
      );
      const hosts = new Map(
        asked.map((result): [string, HostPatchPlan] => [
          result.host,
          "error" in result
            ? { host: result.host, error: describeError(result.error) }
            : { host: result.host, ...result.value },
        ]),
      );
      plans.push({
        window: window.name,
        open: open !== undefined,
        occurrence: describeOccurrence(occurrence),
        updates: window.updates,
        reboot: window.reboot,
        ...(snapshot !== undefined && { snapshot }),
        waves: planWaves(window, stack.hosts).waves.map(({ kind, number, soakSeconds, batches }) => ({
          ...{ kind, number, soakSeconds },
          hosts: batches.flat().flatMap((host) => hosts.get(host) ?? []),
        })),
      });
    }
    return plans;
  } finally {
    await reached.close();
  }
}

/** The hosts of plans that could say what is pending. */
export function plannedHosts(plans: readonly WindowPatchPlan[]): Exclude<HostPatchPlan, { error: unknown }>[] {
  return plans.flatMap(({ waves }) =>
    waves.flatMap(({ hosts }) => hosts.flatMap((host) => ("error" in host ? [] : host))),
  );
}

/** The same plans with what each package fixes, on hosts of the release that the data is about. */
export function addFixes(plans: readonly WindowPatchPlan[], data: DatedVulnerabilities): WindowPatchPlan[] {
  const ofHost = (host: HostPatchPlan): HostPatchPlan =>
    "error" in host ? host : { ...host, ...withFixes(host, data) };
  return plans.map((plan) => ({
    ...plan,
    waves: plan.waves.map((wave) => ({ ...wave, hosts: wave.hosts.map(ofHost) })),
  }));
}

function describeOccurrence(occurrence: Occurrence | undefined): WindowPatchPlan["occurrence"] {
  if (occurrence === undefined) return undefined;
  const { id, startMs, endMs } = occurrence;
  return { id, startsAt: new Date(startMs).toISOString(), endsAt: new Date(endMs).toISOString() };
}
