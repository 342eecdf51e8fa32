/** Milliseconds before attempt `attempt` (from 1 for the second): doubles from `firstMs` to `highestMs`, jittered by half. */
export function backoffMs(
  attempt: number,
  firstMs = 250,
  highestMs = 5000,
  random: () => number = Math.random,
): number {
  const full = Math.min(highestMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (full / 2) * random());
}

/** Waits; ends early, without an error, when `signal` fires. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
