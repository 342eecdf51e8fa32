import type { Template } from "../template/template.js";
import { beginOfDay, compareEffect } from "./dates.js";
import { isDomainShared } from "./domains.js";
import { loadRequestedInventory } from "./inventory.js";
import { loadRequests } from "./load-requests.js";
import type { MemberRequest } from "./request.js";

export interface SettleOptions {
  readonly templates: readonly Template[];
  readonly nowMs: number;
  /** Ids in the order in which they reached the branch; those that did not come last, in the order in which they were asked. */
  readonly arrivals: readonly string[];
  /** Ids of those that are there already: what runs is never taken away. */
  readonly applied: ReadonlySet<string>;
}

export interface Settled {
  /** Without the requests that are held. */
  readonly files: ReadonlyMap<string, string>;
  /** They do not fit beside those that came first; in the order in which they came. */
  readonly held: readonly MemberRequest[];
}

/**
 * Of requests that were accepted and do not go together (each was checked, but not beside the other), those that came later are held, so that
 * everything else goes on. Where the requests are not the reason, nothing is held: loading then says what is wrong.
 */
export function settleRequests(files: ReadonlyMap<string, string>, options: SettleOptions): Settled {
  const { requests } = loadRequests(files);
  const fits = (kept: readonly MemberRequest[]) => goTogether(keepOnly(files, kept), kept, options);
  const nothing = { files, held: [] };
  if (requests.length === 0 || fits(requests)) return nothing;
  const candidates = inOrder(
    requests.filter((request) => ["create", "change"].includes(request.change) && !options.applied.has(request.id)),
    options.arrivals,
  );
  const fixed = requests.filter((request) => !candidates.includes(request));
  const complete = (some: readonly MemberRequest[]) => withoutLooseEnds([...fixed, ...some]);
  if (!fits(complete([]))) return nothing;
  const kept: MemberRequest[] = [];
  const held: MemberRequest[] = [];
  let rest = candidates;
  while (!fits(complete([...kept, ...rest]))) {
    const count = longestFit(rest.length, (most) => fits(complete([...kept, ...rest.slice(0, most)])));
    kept.push(...rest.slice(0, count));
    held.push(...rest.slice(count, count + 1));
    rest = rest.slice(count + 1);
  }
  return { files: keepOnly(files, complete([...kept, ...rest])), held };
}

/** A count that fits, of which one more does not; all of them do not. */
function longestFit(all: number, fits: (count: number) => boolean): number {
  let fitting = 0;
  let tooMany = all;
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}

/** Do all of them, and everything else? Now, and at the begin of each day on which one of them comes into effect. */
export function goTogether(
  files: ReadonlyMap<string, string>,
  requests: readonly MemberRequest[],
  { templates, nowMs }: Pick<SettleOptions, "templates" | "nowMs">,
): boolean {
  const loaded = loadRequestedInventory(files, { templates, nowMs });
  const isFree = (parsed: typeof loaded) => parsed.ok && !isDomainShared(parsed.value.applications.values(), templates);
  if (!loaded.ok || !isFree(loaded)) return false;
  const zone = loaded.value.work?.zone ?? "UTC";
  const later = new Set(requests.map(({ date }) => beginOfDay(date, zone)).filter((ms) => ms > nowMs));
  return [...later].every((instant) => isFree(loadRequestedInventory(files, { templates, nowMs: instant })));
}

function inOrder(requests: readonly MemberRequest[], arrivals: readonly string[]): MemberRequest[] {
  const ranks = new Map(arrivals.map((id, index) => [id, index]));
  const rank = ({ id }: MemberRequest) => ranks.get(id) ?? arrivals.length;
  // Those that came together stay in the order in which they were asked.
  return requests.toSorted((one, other) => rank(one) - rank(other));
}

/** The end of what is held would end nothing. */
function withoutLooseEnds(requests: readonly MemberRequest[]): MemberRequest[] {
  const begins = (end: MemberRequest) =>
    requests.some(
      (each) =>
        each.change === "create" &&
        each.service === end.service &&
        each.member === end.member &&
        compareEffect(each, end) <= 0,
    );
  return requests.filter((request) => request.change !== "end" || begins(request));
}

function keepOnly(files: ReadonlyMap<string, string>, requests: readonly MemberRequest[]): ReadonlyMap<string, string> {
  const known = new Set(loadRequests(files).requests.map(({ file }) => file));
  const kept = new Set(requests.map(({ file }) => file));
  return new Map([...files].filter(([path]) => !known.has(path) || kept.has(path)));
}
