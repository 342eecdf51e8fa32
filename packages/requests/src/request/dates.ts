import { instantOf, type WorkSpec, wallTimeAt } from "@allmende/model";
import type { MemberRequest } from "./request.js";

const dayMs = 86_400_000;

/** When a day begins in a zone; milliseconds since 1970. */
export function beginOfDay(date: string, zone: string): number {
  return instantOf(`${date}T00:00`, zone);
}

/** The day that clocks in a zone show. */
export function dayAt(instantMs: number, zone: string): string {
  return wallTimeAt(instantMs, zone).slice(0, 10);
}

/** The first day that begins when the lead time is over. */
export function earliestDate(askedAtMs: number, leadTimeSeconds: number, zone: string): string {
  const readyMs = askedAtMs + leadTimeSeconds * 1000;
  const day = dayAt(readyMs, zone);
  return beginOfDay(day, zone) >= readyMs ? day : dayAt(Date.parse(`${day}T12:00Z`) + dayMs, "UTC");
}

/** Seconds. A template's own lead time counts unless work.yaml has one for it. */
export function leadTimeOf(work: WorkSpec, template: string, ownSeconds: number | undefined): number {
  return work.leadTime.templates[template] ?? ownSeconds ?? work.leadTime.defaultSeconds;
}

/**
 * Requests in the order in which they come into effect: by their days; those of one day as they were asked. What a service is on a day are those that
 * came by then, one after the other.
 */
export function inEffectOrder<Request extends Pick<MemberRequest, "date" | "askedAtMs" | "id">>(
  requests: readonly Request[],
): Request[] {
  return requests.toSorted(compareEffect);
}

/** Negative: `one` comes into effect before `other`. */
export function compareEffect(
  one: Pick<MemberRequest, "date" | "askedAtMs" | "id">,
  other: Pick<MemberRequest, "date" | "askedAtMs" | "id">,
): number {
  return compare(one.date, other.date) || one.askedAtMs - other.askedAtMs || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Is a request in effect at an instant? */
export function isDue({ date }: Pick<MemberRequest, "date">, zone: string, nowMs: number): boolean {
  return beginOfDay(date, zone) <= nowMs;
}
