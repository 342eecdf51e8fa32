import { type CheckResult, renderFailure } from "../operations/check.js";
import type { Run } from "../run/run.js";
import { patchRunType } from "../schema/patch-run-type.js";
import { type PropertyMap, revealMap, unknownPaths } from "../wire/values.js";
import { declaredInputs, keptInputs, parsePatchRun } from "./declaration.js";
import { dueOccurrence } from "./due.js";

/**
 * Judges what is declared, and notes which occurrence is due now beside the inputs: what follows looks at no clock, so that diff and update mean
 * the same opening.
 */
export function checkPatchRun(run: Run, urn: string, news: PropertyMap, nowMs: number): CheckResult {
  if (unknownPaths(revealMap(declaredInputs(news))).length > 0) {
    run.patchRuns.declare(urn, undefined);
    return { inputs: keptInputs(news), failures: [] };
  }
  const parsed = parsePatchRun(news);
  run.patchRuns.declare(urn, parsed.ok ? parsed.value : undefined);
  const occurrence = parsed.ok ? dueOccurrence(parsed.value, nowMs) : undefined;
  const findings = parsed.ok ? [] : parsed.findings;
  return {
    inputs: { ...keptInputs(news), ...(occurrence === undefined ? {} : { occurrence }) },
    failures: findings.map((finding) => renderFailure(patchRunType.properties, finding)),
  };
}
