import type { Finding, RequestChange, WorkKind } from "@allmende/model";

interface RequestBase {
  /** Name of its file, without `.yaml`. */
  readonly id: string;
  /** Path in the inventory: `requests/ID.yaml`. */
  readonly file: string;
  readonly change: RequestChange;
  readonly member: string;
  /** E-mail address of whoever wrote it. */
  readonly askedBy: string;
  readonly askedAtMs: number;
  /** Day from which on it is in effect: `2026-11-27`, in the zone of work.yaml. For work: the day it is planned for. */
  readonly date: string;
  /** The kind that somebody knew better than the rules. */
  readonly kind?: { readonly is: WorkKind; readonly reason: string; readonly by: string } | undefined;
  /** The request that this one undoes. */
  readonly reverts?: string | undefined;
  /** Adds file, line and column. */
  locate(path: Finding["path"], message: string): Finding;
}

export type FieldValues = Readonly<Record<string, unknown>>;

export interface CreateRequest extends RequestBase {
  readonly change: "create";
  /** Name of what is made; further services of the template have names that begin with it. */
  readonly service: string;
  readonly template: string;
  readonly host: string;
  /** Name of a service level of the tariff. */
  readonly level?: string | undefined;
  readonly values: FieldValues;
}

/** Values that are not given stay; null takes a value away. */
export interface ChangeRequest extends RequestBase {
  readonly change: "change";
  readonly service: string;
  readonly host?: string | undefined;
  readonly level?: string | undefined;
  readonly values: FieldValues;
}

export interface EndRequest extends RequestBase {
  readonly change: "end";
  readonly service: string;
}

/** Time that was spent on a request. */
export interface Effort {
  /** Instant. */
  readonly startMs: number;
  readonly minutes: number;
  readonly by: string;
}

export interface WorkRequest extends RequestBase {
  readonly change: "work";
  readonly title: string;
  readonly description?: string | undefined;
  readonly service?: string | undefined;
  readonly interrupted: boolean;
  readonly outsideService: boolean;
  readonly ours: boolean;
  /** Day: `2026-12-24`. */
  readonly targetDate?: string | undefined;
  /** Decimal text in the tariff's currency. */
  readonly fixedPrice?: string | undefined;
  readonly estimateSeconds?: number | undefined;
  readonly effort: readonly Effort[];
  /** Nothing more is to be done. */
  readonly done: boolean;
}

export type ServiceRequest = CreateRequest | ChangeRequest | EndRequest;
export type MemberRequest = ServiceRequest | WorkRequest;
