import type { ClientChannel } from "ssh2";

const chunkBytes = 256 * 1024;

/**
 * Writes `stdin` and its end, never more ahead than the channel takes. Ends quietly when `stopped` fires: a program
 * need not read its input. Rejects only with what `stdin` itself throws.
 */
export async function pumpStdin(
  channel: ClientChannel,
  stdin: Uint8Array | AsyncIterable<Uint8Array> | undefined,
  stopped: AbortSignal,
): Promise<void> {
  if (stdin !== undefined) {
    const stop = whenFired(stopped);
    const chunks: Iterator<Uint8Array> | AsyncIterator<Uint8Array> =
      stdin instanceof Uint8Array ? slices(stdin) : stdin[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await Promise.race([chunks.next(), stop]);
        if (next === undefined || stopped.aborted) {
          // Not awaited: a source that hangs may never answer.
          void Promise.resolve(chunks.return?.()).catch(() => {});
          return;
        }
        if (next.done) break;
        if (!channel.write(next.value)) await Promise.race([drained(channel), stop]);
      }
    } finally {
      stop.forget();
    }
  }
  if (!stopped.aborted && channel.writable) channel.end();
}

function* slices(bytes: Uint8Array): Generator<Uint8Array, undefined> {
  for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}

function drained(channel: ClientChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.once("drain", resolve);
  });
}

function whenFired(signal: AbortSignal): Promise<undefined> & { forget: () => void } {
  let forget = () => {};
  const fired = new Promise<undefined>((resolve) => {
    const onAbort = () => resolve(undefined);
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
    forget = () => signal.removeEventListener("abort", onAbort);
  });
  return Object.assign(fired, { forget: () => forget() });
}
