import type { RunIdentity, RunPolicy, WavePlan } from "@allmende/patching";
import type { StackFolder } from "../stack/folder.js";

/** A run that is to be done. */
export interface PlannedRun {
  readonly window: string;
  readonly identity: RunIdentity;
  readonly plan: WavePlan;
  readonly policy: RunPolicy;
}

/** A stack as hosts know it. */
export function stackKey({ project, stack }: StackFolder): string {
  return `${project}.${stack}`;
}
