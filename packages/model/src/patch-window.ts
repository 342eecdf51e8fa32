/** The validated, normalised shapes of patch windows. Times are seconds, instants milliseconds since 1970 (UTC). */

/** Which hosts: each label has one of the values. No label at all: every host. */
export type LabelSelector = Readonly<Record<string, readonly string[]>>;

/** A number of hosts, or a share of the hosts that the window selects. */
export type HostAmount =
  | { readonly kind: "count"; readonly count: number }
  /** 0 to 100. */
  | { readonly kind: "percent"; readonly percent: number };

/** Hosts that go first, alone. */
export interface CanarySpec {
  /** The first so many hosts of the first wave, or the hosts of a selector. */
  readonly hosts: number | LabelSelector;
  /** How long they must have been well before others follow. */
  readonly soakSeconds: number;
}

/** Phases of a run that may be too late to begin. What comes before changes nothing, and proof is never left out. */
export type PatchPhase = "upgrade" | "restart" | "reboot";

/** A time in which nothing is patched, once or recurring, in wall time. */
export interface BlackoutSpec {
  /** Begin, `2026-12-24T00:00`. */
  readonly start: string;
  /** End, no longer part of it: `2026-12-27T00:00`. */
  readonly end: string;
  /** IANA zone of both; undefined: the window's. */
  readonly zone?: string | undefined;
  /** RFC 5545 rule without `RRULE:`, when it recurs. */
  readonly recurrence?: string | undefined;
  /** Begins that the rule would give and that are left out (EXDATE). */
  readonly except?: readonly string[] | undefined;
  /** What members and hostmasters are told; of one that `isUnknown`, why its calendar cannot be read. */
  readonly reason?: string | undefined;
  /** It stands in for a calendar that cannot be read: nobody knows whether the window would open, so it does not. */
  readonly isUnknown?: true | undefined;
}

/** A calendar of blackouts that is fetched from an address. */
export interface BlackoutFeed {
  /** The address, or the name of the value in Pulumi's configuration that has it. */
  readonly url: string | { readonly config: string };
  /** How old a copy may be when the address cannot be read. */
  readonly maxAgeSeconds: number;
  /** File beside the window's with the one authority (PEM) that its server's certificate must come from. */
  readonly ca?: string | undefined;
  /** Place in the window's `blackouts`. */
  readonly index: number;
}

/** Technical bounds of a run on a host. */
export interface RunLimits {
  /** Left free on /, /boot and /var beside what the packages need. */
  readonly freeMib: number;
  /** Load of the last five minutes for each CPU, above which no run begins. */
  readonly load: number;
  /** Between the clocks of host and runner, when the host's is not synchronised. */
  readonly clockSkewSeconds: number;
  /** A holder without a sign of life for so long has lost its lock. Longer than a reboot. */
  readonly lockSeconds: number;
  /** How long services and ports may take to come back before the proof. */
  readonly settleSeconds: number;
  /** What a reboot with its proof is expected to take until one was seen; three times this long a silent host is waited for. */
  readonly rebootSeconds: number;
  /** Finished runs that a host remembers. */
  readonly keepRuns: number;
}

/** How the age of a host's last backup is known. */
export interface BackupAge {
  /** A file on the host whose time says when the last backup ended. */
  readonly marker: string;
  readonly maxAgeSeconds: number;
}

/** A recurring time in which hosts may be patched. */
export interface PatchWindowSpec {
  /** Name in the inventory, part of every occurrence's id. */
  readonly name: string;
  /** RFC 5545 rule without `RRULE:`, on days: `FREQ=MONTHLY;BYDAY=2TU`. */
  readonly recurrence: string;
  /** IANA zone: `Europe/Berlin`. */
  readonly zone: string;
  /** First day and the time of each opening, wall time: `2026-11-24T02:00`. */
  readonly start: string;
  readonly durationSeconds: number;
  /** What may be upgraded. */
  readonly updates: "security" | "all";
  /** `opening`, or a snapshot of apt's (`20261124T020000Z`): every host sees its sources as they were then. Undefined: as they are. */
  readonly snapshot?: string | undefined;
  readonly reboot: "never" | "if-needed";
  readonly hosts: LabelSelector;
  /** In this order; hosts that are in none come last, together. */
  readonly waves: readonly LabelSelector[];
  readonly canary?: CanarySpec | undefined;
  /** Hosts that are worked on at the same time. */
  readonly concurrency: HostAmount;
  /** Failed hosts that are tolerated: one more halts all that has not begun. */
  readonly errorThreshold: HostAmount;
  /** Seconds before the end of the window after which a phase may not begin. `reboot` is there unless nothing reboots. */
  readonly cutoffSeconds: Readonly<Partial<Record<PatchPhase, number>>>;
  readonly blackouts: readonly BlackoutSpec[];
  /** Calendars that were not read yet. As long as there are any, nobody can say when the window opens. */
  readonly feeds?: readonly BlackoutFeed[] | undefined;
  /** Members are told at least so long before. */
  readonly noticeSeconds: number;
  readonly backup?: BackupAge | undefined;
  /** What is not there has its default. */
  readonly limits?: Partial<RunLimits> | undefined;
}

/** One opening of a window. */
export interface Occurrence {
  /** Stable: `security-nightly/2026-11-24T02:00[Europe/Berlin]`. The wall time is the declared one, in the spring gap too. */
  readonly id: string;
  /** Name of the window. */
  readonly window: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The first blackout that it touches: it does not open. One that `isUnknown` only where no other is known. */
  readonly blackout?: BlackoutSpec | undefined;
}
