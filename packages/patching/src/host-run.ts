import type { HeldKernel } from "./held-kernel.js";
import type { PendingPackage, RunPrediction, UnitRestart } from "./run-policy.js";

/** The result document of one host's run. Stable: the CLI's JSON and later reports are made of it. Times are ISO 8601. */
export interface HostRun {
  readonly stack: string;
  readonly occurrence: string;
  readonly owner: string;
  readonly startedAt: string;
  /** Of apt's, `20261124T020000Z`: its packages are those of then. Undefined: what repositories offered when it began. */
  readonly snapshot?: string | undefined;
  readonly emergency?: { readonly by: string; readonly reason: string } | undefined;
  /**
   * `done`: proven. `refused`: a check failed, nothing was changed. `rolled-back`: it failed, the recorded versions are back and
   * proven. `broken`: it failed, and so did the way back. `unfinished`: it was cut off; the same run again goes on.
   */
  readonly outcome: "done" | "refused" | "rolled-back" | "broken" | "unfinished";
  /** Why it is not done. */
  readonly cause?: { readonly code: string; readonly message: string } | undefined;
  readonly checks: readonly RunCheck[];
  /** What it was to bring: the plan as it was when the run began. Known of runs that are read later. */
  readonly ordered?: readonly PendingPackage[] | undefined;
  /** What it was expected to take beside that. Known of runs that are read later. */
  readonly predicted?: RunPrediction | undefined;
  readonly upgraded: readonly { readonly name: string; readonly from: string | undefined; readonly to: string }[];
  /** Files of the administrator's that were kept, and where the package's own version lies. */
  readonly keptFiles: readonly { readonly path: string; readonly offered: string }[];
  readonly restarted: readonly UnitRestart[];
  readonly reboot: {
    readonly state: "unknown" | "not-needed" | "needed" | "deferred" | "done";
    readonly reason?: string | undefined;
    /** Of the kernel, from before and after a reboot that was done. */
    readonly bootIds?: { readonly before: string; readonly after: string } | undefined;
  };
  /** Kernels that it left alone, or whose proof failed in it: later runs leave them alone. */
  readonly heldKernels?: readonly HeldKernel[] | undefined;
  readonly proof: readonly RunProof[];
  /** What cannot be taken back, sentence by sentence. */
  readonly irreversible: readonly string[];
  /** The end of the log of what failed. */
  readonly log: readonly string[];
  readonly phases: readonly RunPhase[];
}

export interface RunCheck {
  readonly name: string;
  /** `unknown`: there was nothing to check it by. */
  readonly state: "ok" | "warn" | "fail" | "unknown";
  readonly text: string;
}

export interface RunProof {
  /** `proof` of the new versions; `reproof` after going back. */
  readonly round: "proof" | "reproof";
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

export interface RunPhase {
  readonly phase: string;
  readonly startedAt: string;
  /** Undefined while it has not ended. */
  readonly seconds?: number | undefined;
}
