import { connect as connectSocket, type Socket } from "node:net";
import type { Connection } from "@allmende/model";
import { AttemptError, aborted, connectError, hostOf, unreachable } from "./errors.js";

/** Opens the TCP connection (no delay) of one attempt. Rejects with AttemptError. */
export function dial(connection: Omit<Connection, "bastion">, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host: connection.address, port: connection.port, noDelay: true });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.removeAllListeners("error");
      socket.removeAllListeners("connect");
    };
    const fail = (error: AttemptError) => {
      settle();
      // A late error of a socket that nobody wants any more must not end the process.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(new AttemptError(aborted(connection, signal.reason), false));
    const timer = setTimeout(() => fail(new AttemptError(noAnswer(connection, timeoutMs), true)), timeoutMs);
    socket.once("error", (cause) => fail(unreachable(connection, cause)));
    socket.once("connect", () => {
      settle();
      resolve(socket);
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

function noAnswer(connection: Omit<Connection, "bastion">, timeoutMs: number) {
  return connectError(
    connection,
    "connect-timeout",
    `${hostOf(connection)} did not answer within ${Math.round(timeoutMs / 100) / 10} s.`,
    "Check that the host is up, its address, its port and the firewalls in between: one of them drops packets.",
  );
}
