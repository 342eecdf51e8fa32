import type { BackupAge, RunLimits } from "@allmende/model";

/** What a run on a host may do, and when. Instants are milliseconds since 1970, lengths seconds. */
export interface RunPolicy {
  readonly updates: "security" | "all";
  /** Of apt's, `20261124T020000Z`: hosts see their sources as they were then. Undefined: as they are. */
  readonly snapshot?: string | undefined;
  readonly reboot: "if-needed" | "never";
  /** A phase does not begin after its instant; absent: it may. Proof is never left out. */
  readonly latestMs: Readonly<Partial<Record<"upgrade" | "restart" | "reboot", number>>>;
  readonly limits?: Partial<RunLimits> | undefined;
  /** Without it the age of backups is not known, and not checked. */
  readonly backup?: BackupAge | undefined;
}

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

/** A restart. `of` is `system` or a member's name; a member's unit is a service of theirs, without `.service`. */
export interface UnitRestart {
  readonly of: string;
  readonly unit: string;
}

/** What a run is expected to take beside its packages. */
export interface RunPrediction {
  readonly restarts: readonly UnitRestart[];
  /** Why a reboot is to be expected; undefined: none is. */
  readonly reboot: string | undefined;
}

/** The source of a package, and its versions: they may differ from the package's. */
export interface PackageSource {
  readonly name: string;
  /** Undefined: not installed yet. */
  readonly installed: string | undefined;
  readonly available: string;
}
