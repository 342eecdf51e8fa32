import {
  type ApplyResult,
  type Change,
  expectedObservation,
  type HostObservation,
  type ResourceId,
  type ResourceObservation,
  type TransactionOutcome,
} from "@allmende/host";
import { HostError, type HostSpec } from "@allmende/model";
import type { PatchTarget } from "@allmende/patching";
import type { ApplyOptions, HostBackend } from "../run/backend.js";
import { MemoryPatching } from "./memory-patching.js";

/** Hosts in memory, for tests of everything above the connection: same contract, no effects. */
export class MemoryBackend implements HostBackend {
  /** Every transaction so far: what each was about. */
  readonly transactions: (readonly Change[])[] = [];
  inspections = 0;
  /** Called in the middle of each transaction; throw to fail it. */
  duringApply: (changes: readonly Change[]) => Promise<void> = async () => {};
  /** Results to give instead of success. */
  readonly failures = new Map<ResourceId, ApplyResult>();
  /** By the service that wants a port: the one that has it. */
  readonly portHolders = new Map<ResourceId, ResourceId>();
  /** What patch runs find and do. */
  readonly patching = new MemoryPatching();
  readonly memTotalBytes: number;
  readonly #hosts = new Map<string, Map<ResourceId, ResourceObservation>>();

  constructor(memTotalBytes = 4 * 1024 ** 3) {
    this.memTotalBytes = memTotalBytes;
  }

  /** What is on a host; may be changed, as somebody with a root shell would. */
  resources(address: string): Map<ResourceId, ResourceObservation> {
    const found = this.#hosts.get(address) ?? new Map<ResourceId, ResourceObservation>();
    this.#hosts.set(address, found);
    return found;
  }

  async inspect(host: HostSpec): Promise<HostObservation> {
    this.inspections += 1;
    return this.#observe(host);
  }

  #observe(host: HostSpec): HostObservation {
    return {
      facts: {
        podman: "5.4.2",
        memTotalBytes: this.memTotalBytes,
        bootId: "1",
        kernel: "6.12",
        debian: "13.1",
        hostname: host.name,
      },
      resources: new Map(this.resources(host.connection.address)),
    };
  }

  async apply(host: HostSpec, changes: readonly Change[], { onProgress }: ApplyOptions): Promise<TransactionOutcome> {
    this.transactions.push(changes);
    onProgress(undefined, "staging");
    await this.duringApply(changes);
    const resources = this.resources(host.connection.address);
    const results = changes.map((change): [ResourceId, ApplyResult] => {
      const id = change.kind === "put" ? change.tree.id : change.id;
      const failure = this.failures.get(id) ?? this.#portTaken(change, changes);
      if (failure !== undefined) return [id, failure];
      if (change.kind === "remove") {
        resources.delete(id);
        return [id, { state: "applied" }];
      }
      const observation = {
        ...expectedObservation(change.tree),
        manifest: change.tree.declared,
      } as ResourceObservation;
      resources.set(id, observation);
      return [id, { state: "applied", observation }];
    });
    return { results: new Map(results), observation: this.#observe(host) };
  }

  /** As on a real host: a port of another service is only free when that one leaves it or is told to make way. */
  #portTaken(change: Change, changes: readonly Change[]): ApplyResult | undefined {
    const holder = this.portHolders.get(change.kind === "put" ? change.tree.id : change.id);
    if (change.kind === "remove" || holder === undefined) return undefined;
    const leaves = changes.some((each) => each.kind === "put" && each.tree.id === holder);
    if (leaves || change.takesOverFrom?.includes(holder)) return undefined;
    const error = new HostError(`${change.tree.id}: tcp port 8080 is taken by ${holder}.`, { code: "port-taken" });
    return { state: "failed", error, portHolder: holder };
  }

  target({ name }: HostSpec): PatchTarget {
    return this.patching.target(name);
  }

  async close(): Promise<void> {}
}
