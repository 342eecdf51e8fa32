import { isDeepStrictEqual } from "node:util";
import type { ApplyResult, Change, HostObservation, ResourceId } from "@allmende/host";
import type { HostSpec } from "@allmende/model";
import { Cancelled } from "../wire/errors.js";
import type { HostBackend } from "./backend.js";

/** One change that waits for, or is part of, a transaction. */
interface Operation {
  readonly host: HostSpec;
  readonly change: Change;
  readonly onProgress: (message: string) => void;
  readonly resolve: (result: ApplyResult) => void;
  readonly reject: (error: unknown) => void;
}

/** What a host showed to those who reach it in this way. */
interface Inspection {
  readonly connection: HostSpec["connection"];
  readonly observation: Promise<HostObservation>;
}

/** How long the first change waits for others: until none has come for `quietMs`, at most `mostMs`. */
export interface GatherTimes {
  readonly quietMs: number;
  readonly mostMs: number;
}

/**
 * All dealings with one host during a run. Changes that arrive together become one transaction; while it runs,
 * further ones gather for the next. What a transaction saw at its end, or one inspection, answers all reads
 * until something is written; but only those that would connect in the same way: a login or a host key that is declared
 * anew has to prove itself.
 */
export class HostSession {
  readonly #backend: HostBackend;
  readonly #signal: AbortSignal;
  readonly #times: GatherTimes;
  #waiting: Operation[] = [];
  #running: Promise<void> | undefined;
  #inspection: Inspection | undefined;
  readonly #failed = new Set<ResourceId>();

  constructor(backend: HostBackend, signal: AbortSignal, times: GatherTimes = { quietMs: 25, mostMs: 250 }) {
    this.#backend = backend;
    this.#signal = signal;
    this.#times = times;
  }

  /** What is really there; a transaction that runs is awaited first. Failures are not remembered. */
  async inspect(host: HostSpec): Promise<HostObservation> {
    while (this.#running !== undefined) await this.#running;
    const { connection } = host;
    const known = this.#inspection;
    if (known !== undefined && isDeepStrictEqual(known.connection, connection)) return known.observation;
    this.#refuseWhenCancelled();
    const inspection = { connection, observation: this.#backend.inspect(host, { signal: this.#signal }) };
    this.#inspection = inspection;
    inspection.observation.catch(() => {
      if (this.#inspection === inspection) this.#inspection = undefined;
    });
    return inspection.observation;
  }

  /** Puts a change into the next transaction. Rejects when the whole transaction fails. */
  submit(host: HostSpec, change: Change, onProgress: (message: string) => void): Promise<ApplyResult> {
    return new Promise((resolve, reject) => {
      if (this.#signal.aborted) return reject(new Cancelled("Cancelled before anything was done."));
      this.#waiting.push({ host, change, onProgress, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Did this resource's last change in this run fail? */
  hasFailed(id: ResourceId): boolean {
    return this.#failed.has(id);
  }

  /** Resolves when no transaction runs or waits. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #refuseWhenCancelled(): void {
    if (this.#signal.aborted) throw new Cancelled("Cancelled before anything was done.");
  }

  async #drain(): Promise<void> {
    await this.#gather();
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      if (this.#signal.aborted) {
        for (const { reject } of batch) reject(new Cancelled("Cancelled before anything was done."));
      } else {
        await this.#run(batch);
      }
    }
    // In the same turn as the last look at what waits: a change that comes now starts anew.
    this.#running = undefined;
  }

  async #gather(): Promise<void> {
    const end = performance.now() + this.#times.mostMs;
    let count = 0;
    while (count < this.#waiting.length && performance.now() < end && !this.#signal.aborted) {
      count = this.#waiting.length;
      await new Promise((resolve) => setTimeout(resolve, this.#times.quietMs));
    }
  }

  /**
   * All that waits and reaches the host as the first one does, but only the first change of each resource: deletion and new
   * creation are two transactions.
   */
  #takeBatch(): Operation[] {
    const batch = new Map<ResourceId, Operation>();
    const later: Operation[] = [];
    for (const operation of this.#waiting) {
      const id = changeId(operation.change);
      const [first = operation] = batch.values();
      const isReachedAlike = isDeepStrictEqual(operation.host.connection, first.host.connection);
      if (batch.has(id) || !isReachedAlike) later.push(operation);
      else batch.set(id, operation);
    }
    this.#waiting = later;
    return [...batch.values()];
  }

  async #run(batch: readonly Operation[]): Promise<void> {
    const byId = new Map(batch.map((operation) => [changeId(operation.change), operation]));
    const onProgress = (id: ResourceId | undefined, message: string) => {
      if (id !== undefined) byId.get(id)?.onProgress(message);
      else for (const operation of batch) operation.onProgress(message);
    };
    this.#inspection = undefined;
    try {
      const { host } = batch[0] as Operation;
      const changes = batch.map(({ change }) => change);
      const { results, observation } = await this.#backend.apply(host, changes, { signal: this.#signal, onProgress });
      this.#inspection = observation && {
        connection: host.connection,
        observation: Promise.resolve(observation),
      };
      for (const [id, { resolve, reject }] of byId) {
        const result = results.get(id);
        if (result?.state === "failed") this.#failed.add(id);
        else this.#failed.delete(id);
        if (result === undefined) reject(new Error(`The transaction said nothing about ${id}.`));
        else resolve(result);
      }
    } catch (error) {
      this.#inspection = undefined;
      for (const { reject } of batch) reject(error);
    }
  }
}

/** Which resource a change is about. */
function changeId(change: Change): ResourceId {
  return change.kind === "put" ? change.tree.id : change.id;
}
