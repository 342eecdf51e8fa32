import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Runs `work` while no other process of this machine (nor this one) does so under the same name.
 * The lock is a socket in Linux' abstract namespace: the kernel frees it when its holder dies, however it dies.
 */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  onWait?: () => void,
  signal?: AbortSignal,
): Promise<T> {
  const address = `\0allmende-${createHash("sha256").update(name).digest("hex").slice(0, 40)}`;
  const server = await acquire(address, onWait, signal);
  try {
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

async function acquire(
  address: string,
  onWait: (() => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<Server> {
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted();
    const server = await tryListen(address);
    if (server !== undefined) return server;
    if (attempt === 0) onWait?.();
    await delay(250);
  }
}

function tryListen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen({ path: address }, () => {
      server.unref();
      resolve(server);
    });
  });
}
