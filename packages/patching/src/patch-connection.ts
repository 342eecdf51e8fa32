import type { RemoteRoot } from "@allmende/host";
import type { SshConnection } from "@allmende/ssh";

/** What a run needs of a connection. */
export type PatchConnection = RemoteRoot & Pick<SshConnection, "end" | "closed">;

/** A host that a run can reach. */
export interface PatchTarget {
  readonly name: string;
  /** A new connection each time. Throws ConnectError. */
  connect(signal?: AbortSignal): Promise<PatchConnection>;
}
