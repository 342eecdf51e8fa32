import type { HostRun } from "../host-run.js";
import type { RunPrediction, UnitRestart } from "../run-policy.js";
import type { ReportEvidence } from "./evidence.js";
import type { ReportTexts } from "./report-texts.js";

/** What a run was to bring and to take, against what it brought and took. */
export interface Prediction {
  readonly host: string;
  readonly occurrence: string;
  readonly startedAt: string;
  /** Of apt's, when the window declared one. */
  readonly snapshot?: string | undefined;
  readonly outcome: HostRun["outcome"];
  readonly cause?: string | undefined;
  readonly predicted: number;
  /** Of these, as many came as predicted. */
  readonly came: number;
  /** `NAME VERSION` */
  readonly missing: readonly string[];
  /** Came without having been predicted. */
  readonly unexpected: readonly string[];
  /** Only of a run that was done: one that goes back restarts what it must. */
  readonly restarts?: PredictedRestarts | undefined;
  readonly reboot?: { readonly predicted: boolean; readonly needed: boolean } | undefined;
}

/** Units, `UNIT (WHOSE)`. */
export interface PredictedRestarts {
  readonly predicted: number;
  readonly came: number;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

/** Every run that began in the time of the report, latest first. */
export function collectPredictions({ hosts, sinceMs, untilMs }: ReportEvidence): Prediction[] {
  return hosts
    .flatMap(({ host, runs }) => runs.map((run) => ({ host, run })))
    .filter(({ run }) => Date.parse(run.startedAt) >= sinceMs && Date.parse(run.startedAt) <= untilMs)
    .map(({ host, run }) => comparePrediction(host, run))
    .sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
}

function comparePrediction(host: string, run: HostRun): Prediction {
  const { occurrence, startedAt, snapshot, outcome, cause } = run;
  const predicted = new Set(
    (run.ordered ?? []).map(({ name, available }) => `${name.replace(/:.*/, "")} ${available}`),
  );
  // What a run brought and took back again has not come.
  const came = new Set(outcome === "done" ? run.upgraded.map(({ name, to }) => `${name} ${to}`) : []);
  const packages = compare(predicted, came);
  return {
    ...{
      host,
      occurrence,
      startedAt,
      ...(snapshot !== undefined && { snapshot }),
      outcome,
      ...(cause && { cause: cause.message }),
    },
    ...packages,
    ...(outcome === "done" && run.predicted && compareEffects(run, run.predicted)),
  };
}

function compareEffects(
  { restarted, reboot }: HostRun,
  predicted: RunPrediction,
): Pick<Prediction, "restarts" | "reboot"> {
  const named = (units: readonly UnitRestart[]) => new Set(units.map(({ of, unit }) => `${unit} (${of})`));
  return {
    restarts: compare(named(predicted.restarts), named(restarted)),
    reboot: { predicted: predicted.reboot !== undefined, needed: reboot.state !== "not-needed" },
  };
}

function compare(predicted: ReadonlySet<string>, came: ReadonlySet<string>): PredictedRestarts {
  const missing = [...predicted].filter((each) => !came.has(each));
  const unexpected = [...came].filter((each) => !predicted.has(each));
  return { predicted: predicted.size, came: predicted.size - missing.length, missing, unexpected };
}

/** What came otherwise than predicted, as sentences; empty: nothing did. */
export function describeDifferences(
  { missing, unexpected, restarts, reboot }: Prediction,
  texts: ReportTexts,
): string[] {
  const restart = (units: readonly string[] = []) => units.map((unit) => texts.restart(unit));
  const isReboot = (wanted: boolean) =>
    reboot !== undefined && reboot.predicted !== reboot.needed && reboot.predicted === wanted;
  const lists = [
    { word: texts.missing, of: [...missing, ...restart(restarts?.missing), ...(isReboot(true) ? [texts.reboot] : [])] },
    {
      word: texts.unexpected,
      of: [...unexpected, ...restart(restarts?.unexpected), ...(isReboot(false) ? [texts.reboot] : [])],
    },
  ];
  return lists.flatMap(({ word, of }) => (of.length === 0 ? [] : [`${word}: ${of.join(", ")}`]));
}
