/** What to start. */
export interface LabOptions {
  /** Lower-case letters, digits and dashes, at most 20; `lab` when absent. Names the namespace and the state directory. */
  readonly name?: string;
  /** 0 to 199, unique on the machine: the third byte of every address. Absent: 0 for `lab`, else the lowest free one. */
  readonly number?: number;
  readonly hosts: readonly LabHostOptions[];
  /** Where images, kernels and labs are kept; `$ALLMENDE_CACHE`, else `~/.cache/allmende`. */
  readonly cacheDir?: string;
  readonly onProgress?: (event: LabProgress) => void;
  /** Ends a start early; what already runs stays and is kept by the next start. */
  readonly signal?: AbortSignal;
  /** Round-trip time added between the machine and its hosts, in milliseconds; 0 when absent. */
  readonly delayMs?: number;
}

export interface LabHostOptions {
  /** A DNS label. */
  readonly name: string;
  /** 1536 when absent. */
  readonly ramMiB?: number;
  /** `warm` (absent): the packages that provisioning wants are installed; `stock`: as a cloud image. */
  readonly flavour?: Flavour;
}

export type Flavour = "stock" | "warm";

/** `cloud`: what `warm` has, and cloud-init: the image of servers that the lab's Hetzner Cloud API makes. */
export type ImageFlavour = Flavour | "cloud";

/** One step of a start: long ones are announced when they begin and when they end. */
export interface LabProgress {
  readonly step: string;
  readonly state: "start" | "end" | "info";
  /** Since the start of the step. */
  readonly elapsedMs: number;
  readonly message?: string;
}

/** A host of a running lab, as seen from the machine. */
export interface LabHost {
  readonly name: string;
  /** Loopback address outside the namespace. */
  readonly address: string;
  readonly port: 22;
  readonly user: "hostmaster";
  /** Its public host key, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  readonly privateKeyPath: string;
  /** Address inside the lab's namespace. */
  readonly insideAddress: string;
  readonly ramMiB: number;
}

export interface LabStatus {
  readonly name: string;
  readonly number: number;
  readonly registryRunning: boolean;
  readonly forwarderRunning: boolean;
  readonly hosts: readonly LabHostStatus[];
}

export interface LabHostStatus {
  readonly name: string;
  readonly running: boolean;
  /** Of the process that runs the host on this machine. */
  readonly pid?: number;
  readonly address: string;
  /** When its process started, ISO 8601. */
  readonly since?: string;
  /** Real memory that the host takes on this machine. */
  readonly memoryBytes?: number;
  readonly diskBytes: number;
  readonly cut: boolean;
}
