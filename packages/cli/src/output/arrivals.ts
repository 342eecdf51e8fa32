import type { Context } from "../context.js";

/** How long those that are there wait for the others before they are shown. */
const patienceMs = 1000;

/**
 * Shows results as they come: all together when they come together, else those that are there after a moment, and the
 * others once the last has come. `show` gets the new ones, and the names of those that are still missing.
 */
export function showArrivals<T>(show: (arrived: readonly T[], missing: readonly string[]) => void): {
  readonly add: (result: T, missing: readonly string[]) => void;
} {
  let arrived: T[] = [];
  let stillMissing: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isFirst = true;
  const flush = () => {
    isFirst = false;
    clearTimeout(timer);
    const batch = arrived;
    arrived = [];
    if (batch.length > 0) show(batch, stillMissing);
  };
  const add = (result: T, missing: readonly string[]) => {
    arrived.push(result);
    stillMissing = missing;
    if (missing.length === 0) flush();
    else if (isFirst && timer === undefined) timer = setTimeout(flush, patienceMs).unref();
  };
  return { add };
}

/** For what is shown when all have come: says on standard error, after a moment, whom it waits for. */
export function tellWaiting<T>({ terminal }: Context, timeoutSeconds: number) {
  return showArrivals<T>((_, missing) => {
    if (missing.length > 0) terminal.err(renderWaiting(missing, timeoutSeconds));
  });
}

/** `still waiting for web2 (at most 8 s)`. */
export function renderWaiting(missing: readonly string[], timeoutSeconds: number): string {
  return `still waiting for ${missing.join(", ")} (at most ${timeoutSeconds} s)\n`;
}
