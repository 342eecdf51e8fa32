const highWaterBytes = 4 * 1024 * 1024;

/** Copies what `from` says to `to`, `delayMs` later and in order, its end included; holds `from` back when `to` is slow. */
export function relay(from, to, delayMs) {
  if (delayMs === 0) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    return;
  }
  let waitingBytes = 0;
  from.on("data", (chunk) => {
    waitingBytes += chunk.length;
    if (waitingBytes > highWaterBytes) from.pause();
    setTimeout(() => {
      waitingBytes -= chunk.length;
      if (!to.destroyed) to.write(chunk);
      if (waitingBytes <= highWaterBytes) from.resume();
    }, delayMs);
  });
  from.on("end", () => setTimeout(() => to.end(), delayMs));
  from.on("error", () => to.destroy());
}
