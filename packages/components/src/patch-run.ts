import type { PatchWindowInput } from "@allmende/model";
import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { HostDeclaration } from "./connection.js";
import type { PatchMailArgs } from "./patch-mail.js";

/** Why a run cannot wait for the window. Both are recorded on the hosts. */
export interface PatchEmergencyArgs {
  /** Why it cannot wait. */
  reason: Input<string>;
  /** Who decided it. */
  by: Input<string>;
}

/** A host of a window: what is declared of it, and what the window chooses it by. */
export interface PatchHost extends HostDeclaration {
  /** What patch windows choose hosts by, e.g. `{ stage: "production" }`. */
  labels?: Input<Record<string, Input<string>>> | undefined;
}

/** What was brought to another version. */
export interface UpgradedPackage {
  name: string;
  /** Version before; missing when it was not installed. */
  from?: string;
  to: string;
}

/** A phase of a run on its host. */
export interface PatchRunPhase {
  phase: string;
  /** ISO 8601. */
  startedAt: string;
  /** Missing when it did not end. */
  seconds?: number;
}

/** Whether a run has rebooted its host. */
export interface PatchReboot {
  state: "unknown" | "not-needed" | "needed" | "deferred" | "done";
  reason?: string;
  /** Boot ids of the kernel: another one proves the reboot. */
  bootIdBefore?: string;
  bootIdAfter?: string;
}

export interface PatchRunArgs {
  /** The window as it is declared. */
  window: Input<PatchWindowInput>;
  /** The host. */
  host: Input<HostDeclaration>;
  /** All hosts that the window selects, this one among them: they are patched in one run, in one order. */
  hosts: Input<Input<PatchHost>[]>;
  /** Under which name hosts record the run: the same stack, occurrence and host is done once. */
  stack: Input<string>;
  /** A run outside the window, at once, in its order and with its permissions. Done once for the same reason and name. */
  emergency?: Input<PatchEmergencyArgs> | undefined;
  /** Debian's security data, as a file or an address of a mirror: a preview then says which CVEs each package fixes. */
  vulnerabilities?: Input<string> | undefined;
  /** Texts (ICS) of the calendars that the window's blackouts name. */
  calendars?: Input<Record<string, Input<string>>> | undefined;
  /** Who is told how a run ends. The state keeps nothing of it. */
  mail?: (PatchMailArgs & { sentLog: Input<string> }) | undefined;
}

/**
 * A host's part in the runs of a patch window, usually made by a `PatchWindow`. While the window is closed it does nothing and touches no host;
 * each time that the window is open, the host is patched once, in its turn.
 */
export class PatchRun extends CustomResource {
  /** The last opening in which something was done here: `security-nightly/2026-12-01T02:00[Europe/Berlin]`. */
  declare readonly occurrence: Output<string | undefined>;
  /** How it ended: `done` (proven), `refused`, `rolled-back`, `broken`, `unfinished` or `not-well`. */
  declare readonly outcome: Output<string | undefined>;
  /** Why it is not done. */
  declare readonly cause: Output<string | undefined>;
  declare readonly upgraded: Output<UpgradedPackage[] | undefined>;
  declare readonly phases: Output<PatchRunPhase[] | undefined>;
  declare readonly reboot: Output<PatchReboot | undefined>;
  /** Set when hostmasters could not be told by e-mail how the run ended: applied again while the window is open, only that is tried again. */
  declare readonly untold: Output<boolean | undefined>;
  /** When its last phase ended, ISO 8601. */
  declare readonly reportedAt: Output<string | undefined>;

  constructor(name: string, args: PatchRunArgs, opts?: CustomResourceOptions) {
    super("allmende:index:PatchRun", name, { ...args, ...observed }, opts);
  }
}

const observed = {
  occurrence: undefined,
  outcome: undefined,
  cause: undefined,
  upgraded: undefined,
  phases: undefined,
  reboot: undefined,
  untold: undefined,
  reportedAt: undefined,
};
