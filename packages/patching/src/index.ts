export {
  type Announced,
  type Announcement,
  announce,
  announceBlackouts,
  reachOfWindows,
  type Span,
  type WindowReach,
} from "./announcement.js";
export { type CalendarOptions, renderCalendar } from "./calendar.js";
export { calendarTexts, type Language } from "./calendar-texts.js";
export { latestBeginsMs } from "./cutoff.js";
export { type HaltReason, haltReason } from "./halt.js";
export { hostsOfWindow, type PatchWave, type PlannedHost, planWaves, type WavePlan } from "./wave-plan.js";
