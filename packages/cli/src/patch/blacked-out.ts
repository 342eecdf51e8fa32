import { describeBlackout, occurrencesOf } from "@allmende/model";
import { hostNamesOf, type StackWindows } from "./stack-windows.js";

/** An opening that does not take place, for a blackout that was declared: an entry of `patch run --json`. */
export interface BlackedOutOpening {
  readonly window: string;
  readonly occurrence: string;
  /** Undefined: nobody said why. */
  readonly reason: string | undefined;
}

/** What would be open at an instant, was there no blackout. Where a calendar cannot be read, it is not known: see lostOpenings. */
export function blackedOutOpenings(stack: StackWindows, nowMs: number): BlackedOutOpening[] {
  return stack.windows.flatMap((window) => {
    if (hostNamesOf(window, stack).length === 0) return [];
    return occurrencesOf(window, nowMs, nowMs + 1).flatMap(({ id, blackout }) =>
      blackout === undefined || blackout.isUnknown
        ? []
        : [{ window: window.name, occurrence: id, reason: describeBlackout(blackout) }],
    );
  });
}
