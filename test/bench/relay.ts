import { connect, createServer, type Socket } from "node:net";

export interface Relay {
  readonly port: number;
  /** So far, over all connections. See `startRelay`. */
  readonly roundTrips: number;
  stop(): void;
}

/**
 * A TCP relay on loopback that adds `roundTripMs` to the line to `address`:`port`, and counts round trips: whatever the client
 * sends counts as sent in answer to all that it has got before, and the other way round. So the longest chain of
 * questions and answers is counted, never too little of it; what travels side by side counts once.
 */
export async function startRelay(
  target: { readonly address: string; readonly port: number },
  roundTripMs: number,
): Promise<Relay> {
  const sockets = new Set<Socket>();
  // Length of the longest chain of round trips that what has arrived so far belongs to.
  const chain = { atClient: 0, atServer: 0 };
  const server = createServer((client) => {
    const host = connect(target.port, target.address);
    relay(client, host, () => {
      const length = chain.atClient + 1;
      return () => {
        chain.atServer = Math.max(chain.atServer, length);
      };
    });
    relay(host, client, () => {
      const length = chain.atServer;
      return () => {
        chain.atClient = Math.max(chain.atClient, length);
      };
    });
  });
  const relay = (from: Socket, to: Socket, depart: () => () => void) => {
    sockets.add(from);
    from.setNoDelay(true);
    from.on("data", (chunk) => {
      const arrive = depart();
      setTimeout(() => {
        arrive();
        to.write(chunk);
      }, roundTripMs / 2);
    });
    from.on("end", () => setTimeout(() => to.end(), roundTripMs / 2));
    from.on("error", () => to.destroy());
    from.on("close", () => sockets.delete(from));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the relay has no port");
  return {
    port: address.port,
    get roundTrips() {
      return chain.atClient;
    },
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
