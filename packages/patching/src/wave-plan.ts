import { type HostAmount, type HostSpec, isSelected, type LabelSelector, type PatchWindowSpec } from "@allmende/model";

/** What is needed of a host to place it. */
export type PlannedHost = Pick<HostSpec, "name" | "labels">;

/** Hosts that go before others. */
export interface PatchWave {
  /** `rest`: hosts that are in none of the declared waves. */
  readonly kind: "canary" | "wave" | "rest";
  /** Place of a declared wave, from 1. */
  readonly number?: number | undefined;
  /** What is worked on at the same time, one batch after the other; by name. */
  readonly batches: readonly (readonly string[])[];
  /** How long its hosts must be well before the next wave begins. */
  readonly soakSeconds: number;
}

/** In which order the hosts of a window are patched, and how many may fail. */
export interface WavePlan {
  /** Never empty ones; every host of the window is in exactly one. */
  readonly waves: readonly PatchWave[];
  /** Hosts of the window. */
  readonly hostCount: number;
  /** Failed hosts after which it still goes on. */
  readonly toleratedFailures: number;
}

/** Orders the hosts that a window selects; the order in which they are given does not matter. */
export function planWaves(window: PatchWindowSpec, hosts: readonly PlannedHost[]): WavePlan {
  const selected = hostsOfWindow(window, hosts);
  const size = Math.max(1, countOf(window.concurrency, selected.length));
  const left = new Set(selected);
  const take = (
    kind: PatchWave["kind"],
    wanted: readonly PlannedHost[],
    extra: Partial<PatchWave> = {},
  ): PatchWave[] => {
    for (const host of wanted) left.delete(host);
    if (wanted.length === 0) return [];
    const names = wanted.map((host) => host.name);
    return [{ kind, batches: inBatches(names, size), soakSeconds: 0, ...extra }];
  };
  const selectedBy = (selector: LabelSelector) => [...left].filter((host) => isSelected(selector, host.labels));
  const { canary } = window;
  const waves = [
    ...(canary === undefined ? [] : take("canary", canaryOf(window, selected), { soakSeconds: canary.soakSeconds })),
    ...window.waves.flatMap((selector, index) => take("wave", selectedBy(selector), { number: index + 1 })),
    ...take("rest", [...left]),
  ];
  return { waves, hostCount: selected.length, toleratedFailures: countOf(window.errorThreshold, selected.length) };
}

/** The hosts that a window selects, by name. */
export function hostsOfWindow(window: PatchWindowSpec, hosts: readonly PlannedHost[]): PlannedHost[] {
  return hosts
    .filter((host) => isSelected(window.hosts, host.labels))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** So many hosts as the declared waves would take first, or those that a selector names. */
function canaryOf({ canary, waves }: PatchWindowSpec, selected: readonly PlannedHost[]): PlannedHost[] {
  if (canary === undefined) return [];
  const { hosts } = canary;
  if (typeof hosts !== "number") return selected.filter((host) => isSelected(hosts, host.labels));
  const inOrder = new Set([...waves, {}].flatMap((wave) => selected.filter((host) => isSelected(wave, host.labels))));
  return [...inOrder].slice(0, hosts);
}

/** Shares are rounded down: a threshold is never more than what was declared. */
function countOf(amount: HostAmount, hostCount: number): number {
  return amount.kind === "count" ? amount.count : Math.floor((hostCount * amount.percent) / 100);
}

function inBatches(names: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(names.length / size) }, (_, index) =>
    names.slice(index * size, (index + 1) * size),
  );
}
