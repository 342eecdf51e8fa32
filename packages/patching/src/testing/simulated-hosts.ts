import type { HostRun } from "../host-run.js";
import type { WaveOptions, WaveWork } from "../run-waves.js";

/** Hosts without SSH, for the order and the cost of planning. */
export interface SimulatedHosts {
  /** In their order: `+web1` a run begins, `web1:done` it has ended, `soak`, and why nothing more begins. */
  readonly told: readonly string[];
  readonly work: WaveWork;
  readonly options: WaveOptions;
  /** Of the simulated clock, which only work and waiting move. */
  readonly nowMs: () => number;
}

/** Each run takes a simulated minute and ends as `outcomes` says, else well; hosts in `unwell` are not at the end of a soak time. */
export function simulateHosts(
  outcomes: Readonly<Record<string, HostRun["outcome"] | Error>>,
  unwell: readonly string[] = [],
): SimulatedHosts {
  const told: string[] = [];
  let nowMs = 0;
  return {
    told,
    work: {
      run: async (host) => {
        nowMs += 60_000;
        const outcome = outcomes[host] ?? "done";
        if (outcome instanceof Error) throw outcome;
        return { outcome } as HostRun;
      },
      checkWell: async (host) => {
        if (unwell.includes(host)) throw new Error(`${host} is not well`);
      },
    },
    options: {
      onEvent: (event) => {
        if (event.kind === "host-begun") told.push(`+${event.host}`);
        if (event.kind === "host-ended") told.push(`${event.result.host}:${event.result.state}`);
        if (event.kind === "soaking") told.push("soak");
        if (event.kind === "stopped") told.push(event.reason.kind);
      },
      now: () => nowMs,
      wait: async (ms) => {
        nowMs += ms;
      },
    },
    nowMs: () => nowMs,
  };
}
