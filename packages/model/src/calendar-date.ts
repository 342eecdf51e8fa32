/** Something in a calendar besides patch windows: from an instant to another, or whole days. */
export interface CalendarDate {
  /** Unique; the same from one calendar to the next, in every language and for whomever. */
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
  /** First day, and the last plus one; of what has no hour. */
  readonly days?: { readonly from: string; readonly until: string } | undefined;
  readonly summary: string;
  readonly lines: readonly string[];
  /** It is not settled yet. */
  readonly isTentative?: boolean | undefined;
}
