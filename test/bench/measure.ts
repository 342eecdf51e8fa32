/** One figure of a benchmark: what was measured, how often, and all values. */
export interface Measurement {
  readonly name: string;
  readonly unit: "s" | "ms" | "MiB" | "round trips" | "times";
  /** None: it could not be measured, and `note` says why. */
  readonly values: readonly number[];
  /** What a reader must know to repeat it: how much of the work a peer was given, and so on. */
  readonly note?: string | undefined;
  /** At most (`<=`) or at least (`>=`), when there is a target. Never asserted, only printed. */
  readonly target?: { readonly operator: "<=" | ">="; readonly value: number } | undefined;
}

/** Runs `work` `times` times and returns how long each took, in seconds. */
export async function timeSeconds(times: number, work: (round: number) => Promise<void>): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const start = performance.now();
    await work(round);
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError("median of no values");
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Was the target met, by the median? Undefined: there is none. */
export function targetMet({ target, values }: Measurement): "yes" | "no" | "not measured" | undefined {
  if (target === undefined) return undefined;
  if (values.length === 0) return "not measured";
  const value = median(values);
  return (target.operator === "<=" ? value <= target.value : value >= target.value) ? "yes" : "no";
}

/** Three significant digits. */
export function renderNumber(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
