import type { Language } from "./language.js";

/** Kinds of work that a request can be. */
export const workKinds = [
  "service-request",
  "incident",
  "maintenance",
  "routine-operations",
  "project",
  "webmaster-on-demand",
] as const;
export type WorkKind = (typeof workKinds)[number];

/** What a request asks for. `work`: something that somebody does, instead of a service. */
export const requestChanges = ["create", "change", "end", "work"] as const;
export type RequestChange = (typeof requestChanges)[number];

/** What decides the kind of a request: the first rule of which everything that it names holds. */
export interface WorkRule {
  readonly kind: WorkKind;
  /** Why such a request is of this kind: shown to the member. */
  readonly reason: Readonly<Record<Language, string>>;
  readonly when: WorkCondition;
}

/** All that is given must hold. */
export interface WorkCondition {
  readonly change?: readonly RequestChange[] | undefined;
  readonly templates?: readonly string[] | undefined;
  /** Something that ran does not, or runs worse. */
  readonly interrupted?: boolean | undefined;
  /** Concerns what the cooperative does not run for the member. */
  readonly outsideService?: boolean | undefined;
  /** Our own work, for everybody. */
  readonly ours?: boolean | undefined;
  readonly hasTargetDate?: boolean | undefined;
  readonly hasFixedPrice?: boolean | undefined;
  /** An estimate is given, and not above this. */
  readonly estimateAtMostSeconds?: number | undefined;
}

/** A planned block of routine work: wall time in the rules' zone. */
export interface WorkBlock {
  readonly name: string;
  readonly title: Readonly<Record<Language, string>>;
  /** RFC 5545; undefined: once. */
  readonly recurrence?: string | undefined;
  readonly start: string;
  readonly durationSeconds: number;
}

/** How the cooperative takes in, reviews and sorts requests: the normalised shape of work.yaml. */
export interface WorkSpec {
  /** IANA zone of all days in requests. */
  readonly zone: string;
  /** How many others approve a request before it is applied; whoever asked never counts. */
  readonly approvals: number;
  /** E-mail addresses and logins at the forge of those whose approval counts; undefined: every member and hostmaster. */
  readonly reviewers?: readonly string[] | undefined;
  /** By member: further e-mail addresses, and logins at the forge, that may ask for them. */
  readonly people: Readonly<Record<string, readonly string[]>>;
  /** Seconds. `templates`: by name of the template, where it differs. */
  readonly leadTime: { readonly defaultSeconds: number; readonly templates: Readonly<Record<string, number>> };
  /** RAM that a member may have at most, without overhead; `members`: by name, where it differs. Undefined: no quota. */
  readonly quota?: { readonly defaultBytes: number; readonly members: Readonly<Record<string, number>> } | undefined;
  /** Folder of the stack that is brought up first, relative to the stack's own. */
  readonly staging?: string | undefined;
  readonly rules: readonly WorkRule[];
  /** By so much of the estimate actual effort may differ before it is noticed. */
  readonly deviationPercent: number;
  readonly blocks: readonly WorkBlock[];
}
