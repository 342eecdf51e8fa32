/** What a run on a host may do, and when. Instants are milliseconds since 1970, lengths seconds. */
export interface RunPolicy {
  readonly updates: "security" | "all";
  readonly reboot: "if-needed" | "never";
  /** A phase does not begin after its instant; absent: it may. Proof is never left out. */
  readonly latestMs: Readonly<Partial<Record<"upgrade" | "restart" | "reboot", number>>>;
  readonly limits?: Partial<RunLimits> | undefined;
}

/** Technical bounds of a run. */
export interface RunLimits {
  /** Left free on /, /boot and /var beside what the packages need. */
  readonly freeMib: number;
  /** Between the clocks of host and runner, when the host's is not synchronised. */
  readonly clockSkewSeconds: number;
  /** A holder without a sign of life for so long has lost its lock. Longer than a reboot. */
  readonly lockSeconds: number;
  /** How long services and ports may take to come back before the proof. */
  readonly settleSeconds: number;
  /** What a reboot with its proof is expected to take until one was seen; three times this long a silent host is waited for. */
  readonly rebootSeconds: number;
}

export const defaultRunLimits: RunLimits = {
  freeMib: 64,
  clockSkewSeconds: 120,
  lockSeconds: 1800,
  settleSeconds: 180,
  rebootSeconds: 300,
};

/** Which run: done once for the same stack, occurrence and host. */
export interface RunIdentity {
  readonly stack: string;
  /** `security-nightly/2026-11-24T02:00[Europe/Berlin]`, or `emergency/2026-11-24T10:15:00Z`. */
  readonly occurrence: string;
  /** Who runs it: shown to whoever finds the host locked. */
  readonly owner: string;
  /** Set for a run outside of every window: who decided it, and why. */
  readonly emergency?: { readonly by: string; readonly reason: string } | undefined;
}

/** A package that a run brings to another version. */
export interface PendingPackage {
  readonly name: string;
  readonly architecture: string;
  /** Undefined: not installed yet, another package needs it. */
  readonly installed: string | undefined;
  readonly available: string;
  readonly security: boolean;
  /** What it is built from, as far as the host says so: Debian's security data is about sources. */
  readonly source?: PackageSource | undefined;
}

/** The source of a package, and its versions: they may differ from the package's. */
export interface PackageSource {
  readonly name: string;
  /** Undefined: not installed yet. */
  readonly installed: string | undefined;
  readonly available: string;
}
