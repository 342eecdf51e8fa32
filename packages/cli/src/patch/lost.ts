import { describeBlackout, occurrencesOf, type UserError } from "@allmende/model";
import type { WithUnread } from "../windows/calendar-feeds.js";
import { hostNamesOf, type StackWindows } from "./stack-windows.js";

/** An opening that was lost, since nobody knows whether its window may open: an entry of `patch run --json`. */
export interface LostOpening {
  readonly window: string;
  readonly occurrence: string;
  /** `its calendar of blackouts cannot be read: …` */
  readonly why: string;
  readonly error: UserError;
}

/** What would be open at an instant, was not a calendar of its blackouts unread. Where a blackout is known, or a window has no host, nothing is lost. */
export function lostOpenings(stack: StackWindows & WithUnread, nowMs: number): LostOpening[] {
  return stack.windows.flatMap((window) => {
    const problem = stack.unread.find((each) => each.window === window.name);
    if (problem === undefined || hostNamesOf(window, stack).length === 0) return [];
    return occurrencesOf(window, nowMs, nowMs + 1).flatMap(({ id, blackout }) =>
      blackout?.isUnknown
        ? [{ window: window.name, occurrence: id, why: describeBlackout(blackout) ?? "", error: problem.error }]
        : [],
    );
  });
}
