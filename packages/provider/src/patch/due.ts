import { createHash } from "node:crypto";
import {
  describeBlackout,
  nextOccurrences,
  occurrencesOf,
  openOccurrence,
  UserError,
  wallTimesOf,
} from "@allmende/model";
import { ownerName, policyOf, type RunIdentity, type RunPolicy } from "@allmende/patching";
import type { PatchRunDeclaration } from "./declaration.js";

/** A run that is to be done now. */
export interface DueRun {
  readonly identity: RunIdentity;
  readonly policy: RunPolicy;
}

const dayMs = 86_400_000;

/**
 * The id of what is due at an instant: the opening that is open, or the emergency. An emergency is known by who decided it and why, so that
 * the same program run again, or with another clock, means the same one.
 */
export function dueOccurrence({ window, emergency }: PatchRunDeclaration, nowMs: number): string | undefined {
  if (emergency === undefined) return openOccurrence(window, nowMs)?.id;
  const digest = createHash("sha256").update(JSON.stringify([emergency.by, emergency.reason]));
  return `emergency/${digest.digest("hex").slice(0, 12)}`;
}

/** The run of an occurrence that a check has found due. Throws UserError `occurrence-unknown` for any other. */
export function dueRun(declaration: PatchRunDeclaration, occurrence: string, nowMs: number): DueRun {
  const { window, stack, emergency } = declaration;
  const identity = { stack, occurrence, owner: ownerName() };
  if (emergency !== undefined) return { identity: { ...identity, emergency }, policy: policyOf(window) };
  const found = occurrencesOf(window, nowMs - 2 * dayMs, nowMs + 2 * dayMs).find(({ id }) => id === occurrence);
  if (found !== undefined) return { identity, policy: policyOf(window, found) };
  throw new UserError(`${occurrence} is no opening of ${window.name} as it is declared.`, {
    code: "occurrence-unknown",
    concerns: window.name,
    nextStep: "Run it again.",
  });
}

/** `it opens 2026-12-01 02:00 Europe/Berlin`, in its own time as members are told, or why nobody knows when, for a window that is closed. */
export function describeNext({ window }: PatchRunDeclaration, nowMs: number): string {
  const upcoming = nextOccurrences(window, nowMs, 20);
  const unknown = upcoming.find(({ blackout }) => blackout?.isUnknown)?.blackout;
  if (unknown !== undefined) return describeBlackout(unknown) ?? "";
  const next = upcoming.find(({ blackout }) => blackout === undefined);
  if (next === undefined) return "it never opens again";
  return `it opens ${wallTimesOf(window, next).start.replace("T", " ")} ${window.zone}`;
}
