import { setTimeout as delay } from "node:timers/promises";
import { type HaltReason, haltReason } from "./halt.js";
import type { HostRun } from "./host-run.js";
import type { PatchWave, WavePlan } from "./wave-plan.js";

/** How one host fared. */
export type HostResult =
  | {
      readonly host: string;
      readonly state: "done" | "failed";
      readonly run: HostRun;
      /** It was over before this command, which has done nothing: not even the same again. */
      readonly isEarlier?: boolean | undefined;
      /** Packages that have come since then, and wait for another run; only when `isEarlier`. Undefined: none, or it is not known. */
      readonly pendingCount?: number | undefined;
    }
  /** It could not be reached, did not come back, or would not begin. */
  | { readonly host: string; readonly state: "failed"; readonly error: Error }
  | { readonly host: string; readonly state: "not-begun" };

/** Why hosts were left alone: a failure, the end of the time, or somebody's word. */
export type StopReason = HaltReason | { readonly kind: "closed" } | { readonly kind: "interrupted" };

/** `halted: web1 went first and failed` */
export function describeStop(reason: StopReason): string {
  switch (reason.kind) {
    case "canary":
      return `halted: ${reason.hosts.join(", ")} went first and failed`;
    case "threshold":
      return `halted: ${reason.failedCount} hosts failed, ${reason.toleratedCount} are tolerated`;
    case "closed":
      return "stopped: the time for beginning in this window is over";
    case "interrupted":
      return "stopped: interrupted";
  }
}

export interface WavesResult {
  /** In the order of the plan. */
  readonly hosts: readonly HostResult[];
  /** Undefined: every host had its turn. */
  readonly stopped?: StopReason | undefined;
}

export type WaveEvent =
  | { readonly kind: "wave"; readonly wave: PatchWave }
  | { readonly kind: "host-begun"; readonly host: string }
  | { readonly kind: "host-ended"; readonly result: HostResult }
  | { readonly kind: "soaking"; readonly wave: PatchWave }
  | { readonly kind: "stopped"; readonly reason: StopReason };

export interface WaveWork {
  /** One host's run; rejects when it came to no report. */
  readonly run: (host: string) => Promise<HostRun>;
  /** Of a host whose run was over before, how many packages wait since; asked once it has given its report. Undefined: it was not over. */
  readonly earlier?: ((host: string) => { readonly pendingCount: number } | undefined) | undefined;
  /** Whether a host that was done is still well at the end of the soak time; rejects with what is wrong. */
  readonly checkWell: (host: string) => Promise<void>;
}

export interface WaveOptions {
  /** Nothing new begins once it is aborted; what runs goes on to its end. */
  readonly signal?: AbortSignal | undefined;
  /** No host begins after this instant. */
  readonly latestBeginMs?: number | undefined;
  readonly onEvent?: ((event: WaveEvent) => void) | undefined;
  readonly now?: (() => number) | undefined;
  readonly wait?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

/**
 * Works through a plan: batch by batch, a soak time after a wave that has one, and nothing more once a failure halts it.
 * Never rejects for what a host does: that is in the result.
 */
export async function runWaves(plan: WavePlan, work: WaveWork, options: WaveOptions = {}): Promise<WavesResult> {
  const { signal, onEvent = () => {}, now = Date.now, wait = pause } = options;
  const results = new Map<string, HostResult>();
  const failed = () => [...results.values()].filter(({ state }) => state === "failed").map(({ host }) => host);
  const stopped = (): StopReason | undefined => {
    const halt = haltReason(plan, failed());
    if (halt !== undefined) return halt;
    if (signal?.aborted) return { kind: "interrupted" };
    return options.latestBeginMs !== undefined && now() >= options.latestBeginMs ? { kind: "closed" } : undefined;
  };
  const settle = (result: HostResult) => {
    results.set(result.host, result);
    onEvent({ kind: "host-ended", result });
  };
  const one = async (host: string) => {
    onEvent({ kind: "host-begun", host });
    settle(await resultOf(host, work));
  };
  const soak = async (wave: PatchWave) => {
    onEvent({ kind: "soaking", wave });
    await wait(wave.soakSeconds * 1000, signal);
    const well = wave.batches.flat().filter((host) => results.get(host)?.state === "done");
    await Promise.all(
      well.map((host) =>
        work.checkWell(host).catch((error: unknown) => settle({ host, state: "failed", error: errorOf(error) })),
      ),
    );
  };
  const reason = await workThrough();
  if (reason !== undefined) onEvent({ kind: "stopped", reason });
  const hosts = plan.waves.flatMap((wave) => wave.batches.flat());
  return {
    hosts: hosts.map((host) => results.get(host) ?? { host, state: "not-begun" }),
    ...(reason !== undefined && { stopped: reason }),
  };

  async function workThrough(): Promise<StopReason | undefined> {
    for (const [index, wave] of plan.waves.entries()) {
      for (const [at, batch] of wave.batches.entries()) {
        const reason = stopped();
        if (reason !== undefined) return reason;
        if (at === 0) onEvent({ kind: "wave", wave });
        await Promise.all(batch.map(one));
      }
      const isLast = index === plan.waves.length - 1;
      if (!isLast && wave.soakSeconds > 0 && stopped() === undefined) await soak(wave);
    }
    // After the last host nothing is left to stop; that too many failed is still said.
    return haltReason(plan, failed());
  }
}

async function resultOf(host: string, { run, earlier }: WaveWork): Promise<HostResult> {
  try {
    const document = await run(host);
    const state = document.outcome === "done" ? "done" : "failed";
    const before = earlier?.(host);
    const { pendingCount = 0 } = before ?? {};
    return {
      host,
      state,
      run: document,
      ...(before && { isEarlier: true }),
      ...(pendingCount > 0 && { pendingCount }),
    };
  } catch (error) {
    return { host, state: "failed", error: errorOf(error) };
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Waits, or ends early when nothing new may begin anyway. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
}
