import type { Change, HostObservation, ResourceId, TransactionOutcome } from "@allmende/host";
import type { HostSpec } from "@allmende/model";
import type { PatchTarget } from "@allmende/patching";

export interface ApplyOptions {
  /** Aborts the connecting, never a transaction that has begun. */
  readonly signal: AbortSignal;
  /** What is being done, for the resource it concerns or for the whole host. */
  readonly onProgress: (id: ResourceId | undefined, message: string) => void;
}

/** What the plugin asks of hosts. Errors are AllmendeErrors: ConnectError when nothing can have happened on the host. */
export interface HostBackend {
  /** What is really there. Reads only. */
  inspect(host: HostSpec, options: { readonly signal: AbortSignal }): Promise<HostObservation>;
  /** One transaction: a result per changed resource, and what the host looks like afterwards. */
  apply(host: HostSpec, changes: readonly Change[], options: ApplyOptions): Promise<TransactionOutcome>;
  /** The host for a patch run, which opens and ends connections of its own. Nothing is connected yet. */
  target(host: HostSpec): PatchTarget;
  /** Ends all connections. */
  close(): Promise<void>;
}
