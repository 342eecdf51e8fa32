import type { Language } from "@allmende/model";
import type { HeldKernel } from "../held-kernel.js";
import type { StopReason } from "../run-waves.js";
import type { AlertReason } from "./alert.js";
import type { RunSummary } from "./run-summary.js";
import { german } from "./texts-de.js";
import { english } from "./texts-en.js";

/** When a window is open, as clocks in its zone show it. */
export interface WindowTimes {
  /** `Tuesday, 24 November 2026, 02:00`. */
  readonly begin: string;
  readonly end: string;
  /** `02:00` when it ends on the day on which it begins, else all of `end`. */
  readonly shortEnd: string;
  /** `Europe/Berlin`. */
  readonly zone: string;
  /** Difference of begin and end to UTC: `GMT+1`. */
  readonly beginOffset: string;
  readonly endOffset: string;
}

/** Everything that mails say, in one language. Lines have no line breaks in them; a language lacks nothing. */
export interface MailTexts {
  readonly date: (parts: Readonly<Record<"weekday" | "day" | "month" | "year", string>>) => string;
  readonly greeting: (name: string) => string;
  readonly noticeSubject: (times: WindowTimes) => string;
  readonly noticeIntroduction: string;
  /** Of several openings: from the first on, and how many. */
  readonly subjectOfMany: (first: WindowTimes, count: number) => string;
  readonly noticeOfMany: (zone: string) => string;
  readonly opening: (times: WindowTimes) => string;
  readonly nextNotice: string;
  readonly begin: (times: WindowTimes) => string;
  readonly end: (times: WindowTimes) => string;
  readonly whatMayHappen: string;
  readonly updates: Readonly<Record<"security" | "all", string>>;
  readonly serviceRestarts: string;
  readonly reboot: Readonly<Record<"never" | "if-needed", string>>;
  readonly nothingToDo: string;
  readonly questions: (address: string) => string;
  readonly resultHeadline: (summary: RunSummary) => string;
  readonly alertHeadline: (reasons: readonly AlertReason[]) => string;
  readonly alertReason: (reason: AlertReason) => string;
  readonly alertNext: string;
  /** A window stayed closed, since its calendar of blackouts cannot be read. */
  readonly closedHeadline: string;
  /** Of the error about the calendar: which one, and why. */
  readonly closedCause: (text: string) => string;
  readonly closedStep: (text: string) => string;
  readonly closedNext: string;
  readonly run: (occurrence: string, stack: string) => string;
  readonly snapshot: (id: string) => string;
  readonly emergency: (by: string, reason: string) => string;
  readonly stopped: (reason: StopReason) => string;
  readonly outcome: Readonly<Record<"done" | "refused" | "rolled-back" | "broken" | "unfinished", string>>;
  readonly notBegun: string;
  readonly noReport: string;
  readonly packages: (count: number) => string;
  readonly restarts: (count: number) => string;
  readonly rebooted: string;
  readonly rebootDeferred: (reason: string) => string;
  readonly cause: (text: string) => string;
  readonly nextStep: (text: string) => string;
  readonly keptFile: (path: string, offered: string) => string;
  readonly note: (text: string) => string;
  /** A kernel that runs leave alone. */
  readonly heldKernel: (held: HeldKernel) => string;
  readonly irreversible: (text: string) => string;
}

export const mailTexts: Readonly<Record<Language, MailTexts>> = { de: german, en: english };
