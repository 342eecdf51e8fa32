/** What systemd and the kernel say about a resource, beyond its files. */
export interface LiveState {
  /** Do its units run? */
  active: boolean;
  /** Enforced limit of the unit, helpers included; -1: none. Bytes. */
  memoryMaxBytes?: number;
  /** Enforced limit of the container; -1: none. Bytes. */
  containerMemoryMaxBytes?: number;
  /** Member: set when the enforced limit of their slice is not what their services add up to; both values. */
  slice?: string;
  /** Set when systemd has not read the files as they are now. */
  stale?: boolean;
  /** Files that override the unit, when there are any. */
  dropIns?: string[];
}

/** What a host says about itself. */
export interface HostFacts {
  hostname: string;
  debian: string;
  kernel: string;
  podman?: string;
  memTotalBytes: number;
}
