import type { HostSpec } from "@allmende/model";
import type { ApplyResult, Change, HostObservation, ResourceId } from "../host.js";

export interface ApplyOptions {
  readonly signal: AbortSignal;
  /** What is being done, for the resource it concerns or for the whole host. */
  readonly onProgress: (id: ResourceId | undefined, message: string) => void;
}

/** What the plugin asks of hosts. Errors are AllmendeErrors: ConnectError when nothing can have happened on the host. */
export interface HostBackend {
  /** What is really there. Reads only. */
  inspect(host: HostSpec, options: { readonly signal: AbortSignal }): Promise<HostObservation>;
  /** One transaction; a result per changed resource. */
  apply(
    host: HostSpec,
    changes: readonly Change[],
    options: ApplyOptions,
  ): Promise<ReadonlyMap<ResourceId, ApplyResult>>;
  /** Ends all connections. */
  close(): Promise<void>;
}
