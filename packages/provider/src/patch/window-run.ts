import {
  describeProgress,
  type HostProgress,
  type HostResult,
  type PatchWave,
  type StopReason,
  type WaveEvent,
  type WavePlan,
  type WavesResult,
} from "@allmende/patching";

/** How a host's part has ended; `stopped`: why hosts were left alone. */
export interface HostEnd {
  readonly result: HostResult;
  readonly stopped?: StopReason | undefined;
  /** What failed, for a host that was left alone: the engine may never ask for those hosts. */
  readonly failed?: readonly HostResult[] | undefined;
  /** Hostmasters could not be told of the whole run, which has ended. */
  readonly untold?: boolean | undefined;
}

/** What became of a whole run. */
export interface WindowEnd extends WavesResult {
  readonly untold?: boolean | undefined;
}

/** Who hears of a run. */
export interface WindowListener {
  readonly onEvent: (event: WaveEvent) => void;
  readonly onProgress: (progress: HostProgress) => void;
}

/** A host of the plan: what became of it, and who wants to hear of it meanwhile. */
class Place {
  readonly say = new Set<(message: string) => void>();
  resolve: (end: HostEnd) => void = () => {};
  reject: (error: unknown) => void = () => {};
  readonly end = new Promise<HostEnd>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    // Nobody may ask for it: the engine need not send every host's resource.
    this.end.catch(() => {});
  }
}

/**
 * One run over all hosts of a window, shared by the resources of these hosts: whichever the engine sends first starts it, and each awaits its own
 * host. The run depends on no further resource, so that it comes to its end whatever the engine's parallelism and order. Hosts that failed, and the last
 * one, are answered once all of it has ended: with the last answer the engine goes.
 */
export class WindowRun {
  /** Resolves when all of it has ended; never rejects. */
  readonly ended: Promise<void>;
  readonly #places: ReadonlyMap<string, Place>;
  /** Hosts that are done, while their wave is watched for its soak time: they may still be found unwell. */
  readonly #watched = new Map<string, HostResult>();
  /** Hosts that have not ended yet. */
  readonly #awaited: Set<string>;
  #wave: PatchWave | undefined;

  constructor(plan: WavePlan, work: (listener: WindowListener) => Promise<WindowEnd>) {
    const names = plan.waves.flatMap((wave) => wave.batches.flat());
    this.#awaited = new Set(names);
    this.#places = new Map(names.map((name) => [name, new Place()]));
    this.ended = this.#work(work);
  }

  /** Awaits one host's end; undefined when the plan has no such host. Rejects when the run as a whole could not be done. */
  async join(host: string, onProgress: (message: string) => void): Promise<HostEnd | undefined> {
    const place = this.#places.get(host);
    if (place === undefined) return undefined;
    place.say.add(onProgress);
    try {
      return await place.end;
    } finally {
      place.say.delete(onProgress);
    }
  }

  async #work(work: (listener: WindowListener) => Promise<WindowEnd>): Promise<void> {
    try {
      const { hosts, stopped, untold } = await work({
        onEvent: (event) => this.#hear(event),
        onProgress: (progress) => this.#say([progress.host], describeProgress(progress)),
      });
      const failed = hosts.filter(({ state }) => state === "failed");
      for (const result of hosts) this.#settle(result, { stopped, failed, untold });
    } catch (error) {
      for (const { reject } of this.#places.values()) reject(error);
    }
  }

  #hear(event: WaveEvent): void {
    if (event.kind === "wave") {
      // What went before was well until now.
      for (const result of this.#watched.values()) this.#settle(result);
      this.#watched.clear();
      this.#wave = event.wave;
    }
    if (event.kind === "host-begun") this.#say([event.host], "begins");
    if (event.kind === "soaking") {
      this.#say(event.wave.batches.flat(), `done; must stay well for ${event.wave.soakSeconds} s`);
    }
    if (event.kind === "host-ended") this.#end(event.result);
  }

  #end(result: HostResult): void {
    const { host, state } = result;
    this.#awaited.delete(host);
    this.#watched.delete(host);
    if (state !== "done") {
      // Told now, the engine would stop, and with it what is tolerated to go on, and what comes after all hosts.
      this.#say([host], `${"run" in result ? result.run.outcome : state}; awaits the end of the whole run`);
    } else if ((this.#wave?.soakSeconds ?? 0) > 0) this.#watched.set(host, result);
    else if (this.#awaited.size > 0) this.#settle(result);
  }

  /** The first word about a host counts. */
  #settle(result: HostResult, { untold, ...why }: Omit<HostEnd, "result"> = {}): void {
    const told = untold ? { untold } : {};
    this.#places.get(result.host)?.resolve({ result, ...(result.state === "not-begun" ? why : {}), ...told });
  }

  #say(hosts: readonly string[], message: string): void {
    for (const host of hosts) for (const say of this.#places.get(host)?.say ?? []) say(message);
  }
}
