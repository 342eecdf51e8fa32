import { connect, createServer, type Socket } from "node:net";

/** A TCP relay on loopback that adds `roundTripMs` to the line to `port`. */
export async function startRelay(port: number, roundTripMs: number): Promise<{ port: number; stop(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(port, "127.0.0.1");
    for (const [source, target] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(source);
      source.setNoDelay(true);
      source.on("data", (chunk) => setTimeout(() => target.write(chunk), roundTripMs / 2));
      source.on("end", () => setTimeout(() => target.end(), roundTripMs / 2));
      source.on("error", () => target.destroy());
      source.on("close", () => sockets.delete(source));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the relay has no port");
  return {
    port: address.port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
