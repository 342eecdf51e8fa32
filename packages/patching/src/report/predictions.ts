import type { HostRun } from "../host-run.js";
import type { ReportEvidence } from "./evidence.js";

/** What a run was to bring, against what it brought. Only packages are compared: a run records no other prediction. */
export interface Prediction {
  readonly host: string;
  readonly occurrence: string;
  readonly startedAt: string;
  readonly outcome: HostRun["outcome"];
  readonly cause?: string | undefined;
  readonly predicted: number;
  /** Of these, as many came as predicted. */
  readonly came: number;
  /** `NAME VERSION` */
  readonly missing: readonly string[];
  /** Came without having been predicted. */
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
  const { occurrence, startedAt, outcome, cause } = run;
  const predicted = new Set(
    (run.ordered ?? []).map(({ name, available }) => `${name.replace(/:.*/, "")} ${available}`),
  );
  // What a run brought and took back again has not come.
  const came = new Set(outcome === "done" ? run.upgraded.map(({ name, to }) => `${name} ${to}`) : []);
  const missing = [...predicted].filter((each) => !came.has(each));
  return {
    ...{ host, occurrence, startedAt, outcome, ...(cause && { cause: cause.message }) },
    ...{ predicted: predicted.size, came: predicted.size - missing.length, missing },
    unexpected: [...came].filter((each) => !predicted.has(each)),
  };
}
