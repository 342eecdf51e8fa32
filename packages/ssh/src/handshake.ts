import type { Duplex } from "node:stream";
import type { Connection } from "@allmende/model";
import type { Client } from "ssh2";
import ssh2 from "ssh2";
import type { LoginKeys } from "./credentials.js";
import { AttemptError, aborted, connectError, hostKeyMismatch, hostOf, unreachable } from "./errors.js";
import { type HostKey, offeredAlgorithms } from "./host-key.js";

export interface HandshakeOptions {
  readonly pinned: readonly HostKey[];
  readonly keys: LoginKeys;
  readonly keepAliveMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** ssh2 says with `level` where an error comes from. */
type LeveledError = NodeJS.ErrnoException & { level?: string };

/**
 * Key exchange and login over an open stream, which it owns from now on. Nothing but the key exchange is sent before
 * the host key has proven to be a pinned one. Rejects with AttemptError.
 */
export function handshake(
  connection: Omit<Connection, "bastion">,
  stream: Duplex,
  options: HandshakeOptions,
): Promise<Client> {
  const { pinned, keys, signal } = options;
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let presented: Uint8Array | undefined;
    let keyExchanged = false;
    let firstError: LeveledError | undefined;
    let agentError: Error | undefined;
    let banner = "";

    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      client.removeAllListeners();
      // Errors that come after the end of an attempt concern nobody; without a listener they would end the process.
      client.on("error", () => {});
    };
    const fail = (error: AttemptError) => {
      settle();
      reject(error);
      client.end();
      stream.destroy();
    };
    const onAbort = () => fail(new AttemptError(aborted(connection, signal.reason), false));
    const timer = setTimeout(() => {
      const what = keyExchanged ? "the login" : "the key exchange";
      fail(
        new AttemptError(
          connectError(
            connection,
            "connect-timeout",
            `${hostOf(connection)} accepted a connection, but ${what} was not done within ${options.timeoutMs / 1000} s.`,
            "Check the host's load (its console, `systemctl status ssh`), and that it is sshd which listens on that port.",
          ),
          true,
        ),
      );
    }, options.timeoutMs);

    const explain = (): AttemptError => {
      const cause = firstError;
      const text = cause?.message ?? "";
      if (/Host denied|no matching host key format/.test(text)) {
        return new AttemptError(hostKeyMismatch(connection, pinned, presented), false);
      }
      if (!keyExchanged) {
        if (cause?.level === "handshake" || /Handshake failed/.test(text)) return handshakeFailed(connection, cause);
        return unreachable(connection, cause ?? Object.assign(new Error("cut"), { code: "ECONNRESET" }));
      }
      if (cause?.level === "client-socket") return unreachable(connection, cause);
      if (/not permitted to log in yet|booting up|going down|shutting down/i.test(banner)) {
        return new AttemptError(
          connectError(
            connection,
            "host-unreachable",
            `${hostOf(connection)} is just starting or stopping: ${banner}`,
            "Wait until it is up, and run it again.",
          ),
          true,
        );
      }
      if (cause?.level === "client-authentication" || /too many authentication failures/i.test(text)) {
        return keyRefused(connection, keys, agentError);
      }
      return loginRefused(connection, banner || printable(text));
    };

    client.on("handshake", () => {
      keyExchanged = true;
    });
    client.on("banner", (message) => {
      banner = printable(message);
    });
    client.on("error", (error: LeveledError) => {
      const fatal = error.level !== "agent" && !/^Error (while )?signing/.test(error.message);
      if (fatal) firstError ??= error;
      else agentError = error;
    });
    client.on("ready", () => {
      settle();
      resolve(client);
    });
    client.on("close", () => fail(explain()));
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });

    const methods = keys.methodsFor(connection.user);
    client.connect({
      sock: stream as never,
      username: connection.user,
      readyTimeout: 0,
      keepaliveInterval: options.keepAliveMs,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: offeredAlgorithms(pinned) as never },
      hostVerifier: (key: Buffer) => {
        presented = key;
        return pinned.some((pin) => pin.blob.equals(key));
      },
      // Without ssh2's default first try with no key at all: it costs a round trip and a line in the host's log.
      authHandler: (_left, _partial, next) => {
        next((methods.shift() ?? false) as never);
      },
    });
  });
}

function keyRefused(connection: Omit<Connection, "bastion">, keys: LoginKeys, agentError: Error | undefined) {
  const agent = agentError === undefined ? "" : ` The agent failed: ${printable(agentError.message)}.`;
  return new AttemptError(
    connectError(
      connection,
      "user-key-refused",
      `${hostOf(connection)} lets nobody in as ${connection.user} with ${keys.description}.${agent}`,
      `Check the user's name, and that the public key stands in ~${connection.user}/.ssh/authorized_keys on the host. An agent with more than about five keys is cut off before the right one is tried: name the key file.`,
      agentError,
    ),
    false,
  );
}

function loginRefused(connection: Omit<Connection, "bastion">, said: string) {
  return new AttemptError(
    connectError(
      connection,
      "login-refused",
      `${hostOf(connection)} ended the connection while ${connection.user} logged in${said === "" ? "." : `: ${said}`}`,
      "Look into the host's log: `journalctl -u ssh`.",
    ),
    said === "",
  );
}

function handshakeFailed(connection: Omit<Connection, "bastion">, cause: Error | undefined) {
  return new AttemptError(
    connectError(
      connection,
      "handshake-failed",
      `No key exchange with ${hostOf(connection)}: ${printable(cause?.message ?? "unknown reason")}.`,
      "Check that it is sshd which listens on that port, and which algorithms its configuration allows.",
      cause,
    ),
    false,
  );
}

/** What a server says, as one short line without control characters. */
export function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, 300);
}
