import type { WavesResult } from "../run-waves.js";

/** A patch run on all hosts of a window, as mails tell of it. */
export interface RunDocument extends WavesResult {
  /** `coop.prod`. */
  readonly stack: string;
  readonly window: string;
  readonly occurrence: string;
}

/** What a subject line says of a run; every host is in exactly one of the counts. */
export interface RunSummary {
  readonly window: string;
  readonly hostCount: number;
  readonly doneCount: number;
  readonly failedCount: number;
  readonly notBegunCount: number;
}

export function summaryOf({ window, hosts }: RunDocument): RunSummary {
  const count = (state: string) => hosts.filter((host) => host.state === state).length;
  return {
    window,
    hostCount: hosts.length,
    doneCount: count("done"),
    failedCount: count("failed"),
    notBegunCount: count("not-begun"),
  };
}
