import { UserError } from "@allmende/model";
import {
  describeProgress,
  type HostResult,
  ownerName,
  planWaves,
  policyOf,
  runWindow,
  type WaveEvent,
  type WavesResult,
} from "@allmende/patching";
import type { Context } from "../context.js";
import type { StackFolder } from "../stack/folder.js";
import { readCalendars } from "../windows/calendar-feeds.js";
import { type BlackedOutOpening, blackedOutOpenings } from "./blacked-out.js";
import { type LostOpening, lostOpenings } from "./lost.js";
import { type PlannedRun, stackKey } from "./planned-run.js";
import { resumablePlans } from "./resume.js";
import { emergencyWindow, findWindow, narrowTo, openWindows, type StackWindows } from "./stack-windows.js";
import { openTargets, type StackTargets } from "./targets.js";

/** One patch run of a stack: an entry of `patch run --json`. */
export interface StackPatchRun extends WavesResult {
  readonly window: string;
  readonly occurrence: string;
}

export interface PatchRunRequest {
  readonly window?: string | undefined;
  readonly emergency?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
  readonly resume?: boolean | undefined;
  /** Hosts by name: an emergency on these only. */
  readonly target?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

/** What became of the windows that are open, or would be. */
export interface PatchRuns {
  readonly runs: readonly StackPatchRun[];
  readonly lost: readonly LostOpening[];
  readonly blackedOut: readonly BlackedOutOpening[];
}

/** Does the runs that are due now, one window after the other. Nothing due: nothing is even connected. */
export async function runPatches(
  context: Context,
  folder: StackFolder,
  declared: StackWindows,
  request: PatchRunRequest,
  nowMs = Date.now(),
): Promise<PatchRuns> {
  checkRequest(request);
  const { planned, lost, blackedOut } = request.resume
    ? { planned: [], lost: [], blackedOut: [] }
    : await plannedRuns(context, folder, declared, request, nowMs);
  if (planned.length === 0 && !request.resume) return { runs: [], lost, blackedOut };
  const reached = await openTargets(folder);
  try {
    const due = request.resume ? await resumablePlans(context, folder, reached, declared, ownerName()) : planned;
    const results: StackPatchRun[] = [];
    for (const run of due) results.push(await runOne(context, reached, run, request.json === true));
    return { runs: results, lost, blackedOut };
  } finally {
    await reached.close();
  }
}

/** Throws UserError `bad-emergency` when it is not said who decided, and why. */
function checkRequest({ emergency, reason, by, resume, target }: PatchRunRequest): void {
  const said = (text: string | undefined) => text !== undefined && text.trim() !== "";
  if (emergency && !(said(reason) && said(by))) {
    throw new UserError("an emergency run needs a reason and a name, which are recorded", {
      code: "bad-emergency",
      nextStep: 'add both: --reason "why it cannot wait" --by NAME',
    });
  }
  if ([reason, by].some((text) => /\p{Cc}/u.test(text?.trim() ?? ""))) {
    throw new UserError("--reason and --by are one line of text each, without tabs", {
      code: "bad-emergency",
      nextStep: "leave line breaks and tabs out of them",
    });
  }
  if (!emergency && (said(reason) || said(by))) {
    throw new UserError("--reason and --by belong to an emergency run", {
      code: "bad-emergency",
      nextStep: "add --emergency, or leave them out",
    });
  }
  if (!emergency && target !== undefined) {
    throw new UserError("--target belongs to an emergency run: a window's run keeps to the order of its waves", {
      code: "bad-emergency",
      nextStep: "add --emergency with --reason and --by, or leave it out",
    });
  }
  if (emergency && resume) {
    throw new UserError("--resume finishes runs that have begun; --emergency begins one", {
      code: "bad-emergency",
      nextStep: "use one of them",
    });
  }
}

/** Emergencies ask no calendar: blackouts do not concern them. */
async function plannedRuns(
  context: Context,
  folder: StackFolder,
  declared: StackWindows,
  { emergency, window, reason, by, target }: PatchRunRequest,
  nowMs: number,
): Promise<{ readonly planned: readonly PlannedRun[] } & Omit<PatchRuns, "runs">> {
  const identity = { stack: stackKey(folder), owner: ownerName() };
  if (emergency) {
    const taken = emergencyWindow(declared, window);
    const occurrence = `emergency/${new Date(nowMs).toISOString().slice(0, 19)}Z`;
    const decided = { by: by?.trim() ?? "", reason: reason?.trim() ?? "" };
    const run = {
      window: taken.name,
      identity: { ...identity, occurrence, emergency: decided },
      plan: planWaves(taken, narrowTo(target, [taken], declared).hosts),
      policy: policyOf(taken),
    };
    return { planned: [run], lost: [], blackedOut: [] };
  }
  const stack = await readCalendars(context, folder.directory, declared, { stack: folder.stack, window });
  const planned = openWindows(stack, window, nowMs).map((open) => ({
    window: open.window.name,
    identity: { ...identity, occurrence: open.occurrence.id },
    plan: open.plan,
    policy: policyOf(open.window, open.occurrence),
  }));
  const meant = window === undefined ? stack : { ...stack, windows: [findWindow(stack, window)] };
  return { planned, lost: lostOpenings(stack, nowMs), blackedOut: blackedOutOpenings(meant, nowMs) };
}

async function runOne(
  context: Context,
  reached: StackTargets,
  { window, identity, plan, policy }: PlannedRun,
  isJson: boolean,
): Promise<StackPatchRun> {
  const { out, err } = context.terminal;
  // Standard output belongs to the document then.
  const say = (text: string) => (isJson ? err : out)(`${text}\n`);
  say(context.style.bold(`${window}: ${identity.occurrence}`));
  const result = await runWindow(plan, reached.targets, identity, policy, {
    signal: context.signal,
    force: context.force,
    // A host that may no longer be upgraded need not begin.
    latestBeginMs: policy.latestMs.upgrade,
    onEvent: (event) => say(`  ${describeEvent(event)}`),
    onProgress: (progress) => say(`  ${progress.host}: ${describeProgress(progress)}`),
  });
  return { window, occurrence: identity.occurrence, ...result };
}

function describeEvent(event: WaveEvent): string {
  switch (event.kind) {
    case "wave":
      return `${event.wave.kind}${event.wave.number === undefined ? "" : ` ${event.wave.number}`}`;
    case "host-begun":
      return `${event.host}: begins`;
    case "host-ended":
      return `${event.result.host}: ${describeResult(event.result)}`;
    case "soaking":
      return `waiting ${event.wave.soakSeconds} s: ${event.wave.batches.flat().join(", ")} must stay well`;
    case "stopped":
      return `nothing more begins: ${event.reason.kind}`;
  }
}

function describeResult(result: HostResult): string {
  if (!("run" in result)) return result.state;
  return `${result.isEarlier ? "already " : ""}${result.run.outcome}`;
}
