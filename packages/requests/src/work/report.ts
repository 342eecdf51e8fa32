import { beginsOf, type TariffSpec, type WorkKind, type WorkSpec } from "@allmende/model";
import type { MemberRequest, WorkRequest } from "../request/request.js";
import { effortPrice, exactMoney } from "../tariff/price.js";
import { type Classification, classify, isMisfiled, isUnplanned } from "./classify.js";

/** What was asked for in a time, and what it took. */
export interface WorkReport {
  readonly fromMs: number;
  readonly toMs: number;
  /** By kind, of those that were asked for; `unclassified`: no rule holds. */
  readonly kinds: Readonly<
    Partial<Record<WorkKind | "unclassified", { readonly requests: number; readonly minutes: number }>>
  >;
  readonly plannable: { readonly requests: number; readonly minutes: number };
  readonly unplanned: { readonly requests: number; readonly minutes: number };
  /** The rules said something else than what it was. */
  readonly misfiled: readonly {
    readonly id: string;
    readonly byRule: WorkKind | undefined;
    readonly kind: WorkKind | undefined;
    readonly by: string;
    readonly reason: string;
  }[];
  /** Planned blocks in whose time somebody worked on something unplanned. */
  readonly displaced: readonly {
    readonly block: string;
    readonly startMs: number;
    readonly minutes: number;
    readonly by: readonly string[];
  }[];
  /** Effort that differs from its estimate by more than work.yaml allows. */
  readonly deviations: readonly {
    readonly id: string;
    readonly estimateMinutes: number;
    readonly minutes: number;
    readonly percent: number;
  }[];
  /** Billed by effort; exact amounts in `currency`. */
  readonly billed: readonly {
    readonly id: string;
    readonly member: string;
    readonly kind: WorkKind;
    readonly minutes: number;
    readonly amount: string;
  }[];
  readonly currency: string | undefined;
}

interface Sorted {
  readonly request: MemberRequest;
  readonly classification: Classification;
  /** Within the time of the report. */
  readonly minutes: number;
}

/** `templateOf`: from which template a service is. */
export function reportWork(
  requests: readonly MemberRequest[],
  work: WorkSpec,
  tariff: TariffSpec | undefined,
  span: { readonly fromMs: number; readonly toMs: number },
  templateOf: (service: string | undefined) => string | undefined,
): WorkReport {
  const { fromMs, toMs } = span;
  const isIn = (ms: number) => fromMs <= ms && ms < toMs;
  const sorted = requests
    .map((request): Sorted => {
      const template = request.change === "create" ? request.template : templateOf(request.service);
      const minutes = effortOf(request)
        .filter(({ startMs }) => isIn(startMs))
        .reduce((sum, each) => sum + each.minutes, 0);
      return { request, classification: classify(request, work.rules, template), minutes };
    })
    .filter(({ request, minutes }) => isIn(request.askedAtMs) || minutes > 0);
  const total = (list: readonly Sorted[]) => ({
    requests: list.length,
    minutes: list.reduce((sum, each) => sum + each.minutes, 0),
  });
  const kinds = new Set(sorted.map(({ classification }) => classification.kind ?? "unclassified"));
  const unplanned = sorted.filter(({ classification }) => isUnplanned(classification.kind));
  return {
    ...span,
    kinds: Object.fromEntries(
      [...kinds].map((kind) => [
        kind,
        total(sorted.filter((each) => (each.classification.kind ?? "unclassified") === kind)),
      ]),
    ),
    plannable: total(sorted.filter((each) => !unplanned.includes(each))),
    unplanned: total(unplanned),
    misfiled: sorted
      .filter(({ classification }) => isMisfiled(classification))
      .map(({ request, classification: { byRule, kind, override } }) => ({
        ...{ id: request.id, byRule, kind },
        by: override?.by ?? "",
        reason: override?.reason ?? "",
      })),
    displaced: displacedBlocks(work, unplanned, span),
    deviations: deviationsOf(sorted, work.deviationPercent),
    billed: sorted.flatMap(({ request, classification: { kind }, minutes }) => {
      const amount =
        tariff === undefined || kind === undefined || minutes === 0 ? undefined : effortPrice(tariff, kind, minutes);
      if (kind === undefined || amount === undefined || tariff === undefined || hasFixedPrice(request)) return [];
      return [{ id: request.id, member: request.member, kind, minutes, amount: exactMoney(amount, tariff.currency) }];
    }),
    currency: tariff?.currency,
  };
}

const effortOf = (request: MemberRequest): WorkRequest["effort"] => (request.change === "work" ? request.effort : []);
const hasFixedPrice = (request: MemberRequest) => request.change === "work" && request.fixedPrice !== undefined;

function displacedBlocks(
  { blocks, zone }: WorkSpec,
  unplanned: readonly Sorted[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): WorkReport["displaced"] {
  const spent = unplanned.flatMap(({ request }) =>
    effortOf(request).map(({ startMs, minutes }) => ({ id: request.id, startMs, endMs: startMs + minutes * 60_000 })),
  );
  return blocks
    .flatMap(({ name, durationSeconds, ...series }) =>
      beginsOf({ ...series, zone }, fromMs, toMs).map(({ startMs }) => {
        const endMs = startMs + durationSeconds * 1000;
        const during = spent.filter((each) => each.startMs < endMs && startMs < each.endMs);
        const minutes = Math.round(coveredMs(during, startMs, endMs) / 60_000);
        return { block: name, startMs, minutes, by: [...new Set(during.map(({ id }) => id))] };
      }),
    )
    .filter(({ minutes }) => minutes > 0)
    .sort((one, other) => one.startMs - other.startMs);
}

interface Spent {
  readonly startMs: number;
  readonly endMs: number;
}

/** How much of a time something was done in: where two people worked at once, it is once. */
function coveredMs(spent: readonly Spent[], startMs: number, endMs: number): number {
  let until = startMs;
  let covered = 0;
  for (const each of spent.toSorted((one, other) => one.startMs - other.startMs)) {
    const end = Math.min(endMs, each.endMs);
    covered += Math.max(0, end - Math.max(until, each.startMs));
    until = Math.max(until, end);
  }
  return covered;
}

/** Of what is done: before that, less effort than estimated says nothing. More says something at once. */
function deviationsOf(sorted: readonly Sorted[], mostPercent: number): WorkReport["deviations"] {
  return sorted.flatMap(({ request }) => {
    if (request.change !== "work" || request.estimateSeconds === undefined) return [];
    const estimateMinutes = request.estimateSeconds / 60;
    const minutes = request.effort.reduce((sum, each) => sum + each.minutes, 0);
    const percent = Math.round(((minutes - estimateMinutes) / estimateMinutes) * 100);
    const counts = percent > mostPercent || (request.done && percent < -mostPercent);
    return counts ? [{ id: request.id, estimateMinutes, minutes, percent }] : [];
  });
}
