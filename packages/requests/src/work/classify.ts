import type { Language, WorkCondition, WorkKind, WorkRule } from "@allmende/model";
import type { MemberRequest } from "../request/request.js";

/** What a request is, and why. */
export interface Classification {
  /** What counts. Undefined: no rule holds, and nobody said. */
  readonly kind: WorkKind | undefined;
  /** What the rules say. */
  readonly byRule: WorkKind | undefined;
  /** The reason of the rule that holds. */
  readonly reason: Readonly<Record<Language, string>> | undefined;
  /** Who decided otherwise, and why. */
  readonly override: MemberRequest["kind"];
}

/** The first rule that holds decides, unless somebody knew better. `template`: of the service that the request is about. */
export function classify(
  request: MemberRequest,
  rules: readonly WorkRule[],
  template: string | undefined,
): Classification {
  const rule = rules.find(({ when }) => holds(when, request, template));
  return {
    kind: request.kind?.is ?? rule?.kind,
    byRule: rule?.kind,
    reason: rule?.reason,
    override: request.kind,
  };
}

/** Work for which nobody could plan. */
export function isUnplanned(kind: WorkKind | undefined): boolean {
  return kind === "incident";
}

/** Rules and declaration disagree. */
export function isMisfiled({ kind, byRule }: Classification): boolean {
  return kind !== byRule;
}

function holds(when: WorkCondition, request: MemberRequest, template: string | undefined): boolean {
  const work = request.change === "work" ? request : undefined;
  const facts: readonly (readonly [boolean | undefined, boolean])[] = [
    [when.interrupted, work?.interrupted ?? false],
    [when.outsideService, work?.outsideService ?? false],
    [when.ours, work?.ours ?? false],
    [when.hasTargetDate, work?.targetDate !== undefined],
    [when.hasFixedPrice, work?.fixedPrice !== undefined],
  ];
  if (when.change !== undefined && !when.change.includes(request.change)) return false;
  if (when.templates !== undefined && !when.templates.includes(template ?? "")) return false;
  if (when.estimateAtMostSeconds !== undefined) {
    const estimate = work?.estimateSeconds;
    if (estimate === undefined || estimate > when.estimateAtMostSeconds) return false;
  }
  return facts.every(([wanted, is]) => wanted === undefined || wanted === is);
}
