export {
  type Announced,
  type Announcement,
  announce,
  announceBlackouts,
  reachOfWindows,
  type Span,
  type WindowReach,
} from "./announcement.js";
export { beginByMs, tooNarrow } from "./begin-by.js";
export { type CalendarOptions, renderCalendar } from "./calendar.js";
export { blackoutText, calendarTexts, type Language } from "./calendar-texts.js";
export { latestBeginsMs } from "./cutoff.js";
export { closeUnreadable, type FeedProblem, feedCopies, readAuthority, readFeeds } from "./feeds/read-feeds.js";
export { type HaltReason, haltReason } from "./halt.js";
export { describeHeldKernel, type HeldKernel, heldByOthers, nameHeldKernel, releaseStep } from "./held-kernel.js";
export type { HostRun, RunCheck, RunPhase, RunProof } from "./host-run.js";
export { type HostLock, type HostPatchState, readPatchState } from "./host-state.js";
export { inspectPending, type PendingChanges } from "./inspect-pending.js";
export { type Delivery, type DeliveryResult, deliver } from "./mail/deliver.js";
export { type DueNotice, dueNotices } from "./mail/due-notices.js";
export type { Letter } from "./mail/letter.js";
export { noticeId, noticeLetter } from "./mail/notice.js";
export { letterOf } from "./mail/plain-letter.js";
export { lostOpeningLetters, runLetters } from "./mail/run-letters.js";
export type { RunDocument } from "./mail/run-summary.js";
export { SentLog } from "./mail/sent-log.js";
export { type MailRoute, type Told, tellOnce } from "./mail/tell.js";
export type { PatchConnection, PatchTarget } from "./patch-connection.js";
export { type PlannedChanges, type PlannedPackage, renderPending, withFixes } from "./pending-text.js";
export { releaseKernels } from "./release-kernels.js";
export type { HostEvidence, ReportEvidence } from "./report/evidence.js";
export { groupExposures } from "./report/grouped.js";
export { describeOrigins } from "./report/origins.js";
export { makeReport, type PatchReport } from "./report/patch-report.js";
export { describeDifferences } from "./report/predictions.js";
export { renderReportHtml } from "./report/report-html.js";
export { type ReportLanguage, type ReportTexts, reportTexts } from "./report/report-texts.js";
export { describeProgress, type HostProgress, type RunHostOptions, runHost } from "./run-host.js";
export { sameRun } from "./run-order.js";
export type { PendingPackage, RunIdentity, RunPolicy, RunPrediction } from "./run-policy.js";
export {
  describeStop,
  type HostResult,
  runWaves,
  type StopReason,
  type WaveEvent,
  type WavesResult,
} from "./run-waves.js";
export { type RunWindowOptions, runWindow } from "./run-window.js";
export { type HostPackages, readHostPackages } from "./vulnerabilities/host-packages.js";
export {
  type DatedAdvisories,
  type DatedVulnerabilities,
  loadAdvisories,
  loadVulnerabilities,
} from "./vulnerabilities/load.js";
export type { DataDate } from "./vulnerabilities/origin.js";
export { fixesOfPending } from "./vulnerabilities/pending-fixes.js";
export type { Vulnerability } from "./vulnerabilities/vulnerability.js";
export { hostsOfWindow, type PatchWave, type PlannedHost, planWaves, type WavePlan } from "./wave-plan.js";
export { ownerName, policyOf, snapshotOf } from "./window-policy.js";
