import type { Connection } from "@allmende/model";
import ssh2 from "ssh2";
import { dial } from "./dial.js";
import { AttemptError, aborted, connectError, hostOf, unreachable } from "./errors.js";
import { type HostKey, typeOfBlob } from "./host-key.js";

/** Best first: what a host without the first is asked for next, all in one exchange. */
const algorithms = ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"];

/**
 * The key that a host presents, which proves nothing: somebody must compare it with what the host's console shows before it
 * is pinned. The connection ends in the middle of the key exchange; nothing is sent, not even a user's name.
 * Throws ConnectError (`host-unreachable`, `connect-timeout`, `handshake-failed`, `aborted`).
 */
export async function readHostKey(
  place: Pick<Connection, "address" | "port">,
  { timeoutMs = 15_000, signal = new AbortController().signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<HostKey> {
  const connection = { ...place, user: "nobody", hostKeys: [] };
  const socket = await dial(connection, timeoutMs, signal).catch((error: unknown) => {
    throw error instanceof AttemptError ? error.error : error;
  });
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let presented: HostKey | undefined;
    let failure: Error | undefined;
    const onAbort = () => {
      failure = aborted(connection, signal.reason);
      client.destroy();
    };
    const timer = setTimeout(() => {
      failure = connectError(
        connection,
        "connect-timeout",
        `${hostOf(connection)} accepted a connection, but presented no key within ${timeoutMs / 1000} s.`,
        "Check that it is sshd which listens on that port.",
      );
      client.destroy();
    }, timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    client.on("error", (cause: NodeJS.ErrnoException & { level?: string }) => {
      failure ??=
        cause.level === "handshake"
          ? connectError(
              connection,
              "handshake-failed",
              `No key exchange with ${hostOf(connection)}: ${cause.message}.`,
              "Check that it is sshd which listens on that port, and which algorithms its configuration allows.",
              cause,
            )
          : unreachable(connection, cause).error;
    });
    client.once("close", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      if (presented !== undefined) resolve(presented);
      else reject(failure ?? unreachable(connection, Object.assign(new Error("cut"), { code: "ECONNRESET" })).error);
    });
    client.connect({
      sock: socket,
      username: connection.user,
      readyTimeout: 0,
      algorithms: { serverHostKey: algorithms as never },
      hostVerifier: (blob: Buffer) => {
        presented = { type: typeOfBlob(blob) ?? "", blob: Buffer.from(blob) };
        return false;
      },
    });
    if (signal.aborted) onAbort();
  });
}
