import { ConnectError, type Connection } from "@allmende/model";
import { fingerprintOf, type HostKey, typeOfBlob } from "./host-key.js";

/** Every code that a ConnectError of this package can have. */
export type ConnectErrorCode =
  | "host-unreachable"
  | "connect-timeout"
  | "host-key-missing"
  | "host-key-mismatch"
  | "user-key-refused"
  | "login-refused"
  | "handshake-failed"
  | "session-refused"
  | "sudo-refused"
  | "connection-lost"
  | "connection-closed"
  | "bastion-failed"
  | "aborted";

/** One attempt failed; `retry` says whether the next may go better. */
export class AttemptError extends Error {
  readonly error: ConnectError;
  readonly retry: boolean;

  constructor(error: ConnectError, retry: boolean) {
    super(error.message);
    this.error = error;
    this.retry = retry;
  }
}

export function connectError(
  connection: Omit<Connection, "bastion">,
  code: ConnectErrorCode,
  message: string,
  nextStep: string,
  cause?: unknown,
): ConnectError {
  return new ConnectError(message, { code, concerns: hostOf(connection), nextStep, cause });
}

/** `web1.example.org`, or `web1.example.org:2222` when the port is not the usual one. */
export function hostOf(connection: Omit<Connection, "bastion">): string {
  if (connection.port === 22) return connection.address;
  return connection.address.includes(":")
    ? `[${connection.address}]:${connection.port}`
    : `${connection.address}:${connection.port}`;
}

const howToGetTheKey =
  "Read the host's key where you trust what you see, such as its console or its provider's: `cat /etc/ssh/ssh_host_ed25519_key.pub`; then pin it as its hostKey.";

export function hostKeyMissing(connection: Omit<Connection, "bastion">): ConnectError {
  return connectError(
    connection,
    "host-key-missing",
    `No host key is pinned for ${hostOf(connection)}, and keys are never trusted at first use. Nothing was sent.`,
    howToGetTheKey,
  );
}

export function hostKeyMismatch(
  connection: Omit<Connection, "bastion">,
  pinned: readonly HostKey[],
  presented: Uint8Array | undefined,
): ConnectError {
  const pins = pinned.map((key) => `  pinned:    ${key.type} ${fingerprintOf(key)}`);
  const shown =
    presented === undefined
      ? `  presented: no key of ${pinned.length === 1 ? "the pinned type" : "a pinned type"}`
      : `  presented: ${typeOfBlob(presented) ?? "unknown"} ${fingerprintOf(presented)}`;
  return connectError(
    connection,
    "host-key-mismatch",
    [`The host key of ${hostOf(connection)} is not the pinned one. Nothing was sent.`, shown, ...pins].join("\n"),
    `Somebody may stand between you and the host, or it was reinstalled. ${howToGetTheKey}`,
  );
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "it refuses connections on that port: sshd does not run (yet), or the port is wrong",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to its network",
  ETIMEDOUT: "it does not answer",
  ECONNRESET: "it cut the connection",
  EPIPE: "it cut the connection",
  ENOTFOUND: "its name is not known in the DNS",
  EAI_AGAIN: "the DNS does not answer",
};

const nextSteps: Readonly<Record<string, string>> = {
  ENOTFOUND: "Check the address for a typo, or use the IP address.",
  ECONNRESET:
    "Check that it is sshd which listens on that port. Where logins have just failed, OpenSSH 9.8 and newer shut out their address for a while (PerSourcePenalties): wait some minutes.",
};

/** A socket error before or during the handshake. A name that does not exist is not tried again: it is a typo. */
export function unreachable(connection: Omit<Connection, "bastion">, cause: NodeJS.ErrnoException): AttemptError {
  const code = cause.code ?? (/lost before handshake/i.test(cause.message) ? "ECONNRESET" : "");
  const reason = reasons[code] ?? `connecting failed (${code || cause.message})`;
  const error = connectError(
    connection,
    "host-unreachable",
    `${hostOf(connection)} cannot be reached: ${reason}.`,
    nextSteps[code] ?? "Check that the host is up, its address, its port and the firewalls in between.",
    cause,
  );
  return new AttemptError(error, code !== "ENOTFOUND");
}

export function aborted(connection: Omit<Connection, "bastion">, cause: unknown): ConnectError {
  return connectError(
    connection,
    "aborted",
    `Connecting to ${hostOf(connection)} was aborted.`,
    "Run it again.",
    cause,
  );
}
