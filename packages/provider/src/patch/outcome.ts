import { ConnectError, HostError } from "@allmende/model";
import {
  describeHeldKernel,
  describeStop,
  type HostResult,
  type HostRun,
  releaseStep,
  type StopReason,
} from "@allmende/patching";
import { Cancelled } from "../wire/errors.js";
import { type PropertyMap, toPropertyMap } from "../wire/values.js";
import type { HostEnd } from "./window-run.js";

/** Outputs of a run that has a report. */
export function outputsOfRun(occurrence: string, run: HostRun): PropertyMap {
  const { outcome, cause, upgraded, phases, reboot } = run;
  const { state, reason, bootIds } = reboot;
  const last = phases.at(-1);
  const endMs = Date.parse(last?.startedAt ?? run.startedAt) + (last?.seconds ?? 0) * 1000;
  return toPropertyMap({
    occurrence,
    snapshot: run.snapshot,
    outcome,
    cause: cause?.message,
    upgraded,
    phases,
    reboot: { state, reason, bootIdBefore: bootIds?.before, bootIdAfter: bootIds?.after },
    reportedAt: new Date(endMs).toISOString(),
  });
}

/** What is said of a run that was over before this command: nothing was done now. */
export function describeEarlier(result: HostResult): string | undefined {
  if (!("run" in result) || !result.isEarlier) return undefined;
  const { occurrence, outcome, owner, startedAt } = result.run;
  return `${occurrence} is over on ${result.host}, already ${outcome}: by ${owner}, begun ${startedAt}. Nothing was done now.`;
}

/** Kernels that the run has left alone, a line each. */
export function describeHeld(result: HostResult): string[] {
  if (!("run" in result)) return [];
  return (result.run.heldKernels ?? []).map(
    (held) => `${result.host}: held: ${describeHeldKernel(held)} (${releaseStep})`,
  );
}

/** A host's part that failed: what to say, and what is true of the host now; nothing, when nothing was begun on it. */
export interface PatchFailure {
  readonly error: Error;
  readonly outputs: PropertyMap | undefined;
}

/** What is wrong with how a host's part has ended; undefined: it is done. */
export function failureOf(occurrence: string, { result, stopped, failed = [] }: HostEnd): PatchFailure | undefined {
  if (result.state === "done") return undefined;
  if (result.state === "not-begun") return { error: leftAlone(result.host, stopped, failed), outputs: undefined };
  if ("run" in result) return { error: notDone(result), outputs: outputsOfRun(occurrence, result.run) };
  const { error } = result;
  if (error instanceof ConnectError || !(error instanceof HostError) || untouched.has(error.code))
    return { error, outputs: undefined };
  const outcome = error.code === "not-well" ? "not-well" : "unfinished";
  return { error, outputs: { occurrence, outcome, cause: error.message } };
}

/** Errors after which nothing was begun by this run. */
const untouched = new Set([
  "locked",
  "lock-expired",
  "bad-order",
  "plan-failed",
  "level-differs",
  "host-not-deployed",
  "snapshot-unsupported",
  "snapshot-missing",
  "snapshot-future",
]);

function leftAlone(host: string, stopped: StopReason | undefined, failed: readonly HostResult[]): Error {
  if (stopped === undefined || stopped.kind === "interrupted")
    return new Cancelled(`${host}: cancelled before anything was done.`);
  const isClosed = stopped.kind === "closed";
  const reasons = failed
    .flatMap((each) => ("run" in each ? notDone(each) : "error" in each ? each.error : []))
    .map(messageOf);
  return new HostError([`${host} was left alone: ${describeStop(stopped)}.`, ...reasons].join("\n"), {
    code: isClosed ? "window-closed" : "halted",
    concerns: host,
    nextStep: isClosed
      ? "It comes first at the next opening. If this is the rule, make the window longer or its concurrency greater."
      : "Find out what failed there, and mend it. While the window is open the same command says again how it stands; the next opening tries again.",
  });
}

const outcomes: Readonly<Record<Exclude<HostRun["outcome"], "done">, readonly [words: string, nextStep: string]>> = {
  refused: [
    "was refused",
    "Nothing was changed. Mend what the check says, then run it again while the window is open.",
  ],
  "rolled-back": [
    "failed and was taken back",
    "What ran before runs again. This opening does not try again on this host; the next one does, or an emergency run.",
  ],
  broken: [
    "failed, and so did the way back",
    "Look at the host now: /var/lib/allmende/patch has the run's journal and report (allmende patch status).",
  ],
  unfinished: ["was cut off", "Run it again: it goes on where it was."],
};

function notDone({ host, run }: Extract<HostResult, { run: HostRun }>): HostError {
  const outcome = run.outcome === "done" ? "unfinished" : run.outcome;
  const [words, nextStep] = outcomes[outcome];
  const cause = run.cause === undefined ? "" : `: ${run.cause.message}`;
  return new HostError(`${host}: its run ${words} in the phase ${failedPhase(run)}${cause}.`, {
    code: run.cause?.code ?? outcome,
    concerns: host,
    logTail: run.log.join("\n"),
    nextStep: [...run.irreversible.map((text) => `Cannot be taken back: ${text}.`), nextStep].join("\n"),
  });
}

/** The last phase before those that clear up. */
function failedPhase({ phases }: HostRun): string {
  const clearing = new Set(["rollback", "recover", "reproof", "unlock"]);
  return phases.findLast(({ phase }) => !clearing.has(phase))?.phase ?? "lock";
}

const messageOf = ({ message }: Error) => message;
