import type { Duplex } from "node:stream";
import { ConnectError, type Connection } from "@allmende/model";
import { backoffMs, pause } from "./backoff.js";
import { SshConnection } from "./connection.js";
import type { LoginKeys } from "./credentials.js";
import { dial } from "./dial.js";
import { AttemptError, aborted, connectError, hostKeyMissing, hostOf } from "./errors.js";
import type { SshEvent } from "./event.js";
import { handshake } from "./handshake.js";
import { parseHostKey } from "./host-key.js";

export interface ConnectorOptions {
  readonly keys: LoginKeys;
  readonly connectDeadlineMs: number;
  readonly keepAliveMs: number;
  readonly onEvent: (event: SshEvent) => void;
  /** Opens a stream through the bastion; undefined: TCP. */
  readonly openStream?: ((signal: AbortSignal) => Promise<Duplex>) | undefined;
}

/** How long one attempt may take for TCP, and then for key exchange and login (a host that boots is slow). */
const dialTimeoutMs = 10_000;
const handshakeTimeoutMs = 30_000;

/**
 * Connects, with back-off, until it works, the deadline is over, or an error says that trying again is of no use (wrong
 * host key, wrong user key). Throws ConnectError.
 */
export async function connect(
  connection: Connection,
  options: ConnectorOptions,
  signal: AbortSignal,
): Promise<SshConnection> {
  if (connection.hostKeys.length === 0) throw hostKeyMissing(connection);
  const pinned = connection.hostKeys.map(parseHostKey);
  const host = hostOf(connection);
  const startedMs = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedMs);
  for (let attempt = 1; ; attempt += 1) {
    options.onEvent({ kind: "connecting", host, attempt, elapsedMs: elapsedMs() });
    const leftMs = options.connectDeadlineMs - elapsedMs();
    try {
      const limitedMs = (ms: number) => Math.max(1, Math.min(ms, leftMs));
      const stream = await (options.openStream?.(signal) ?? dial(connection, limitedMs(dialTimeoutMs), signal));
      const client = await handshake(connection, stream, {
        pinned,
        keys: options.keys,
        keepAliveMs: options.keepAliveMs,
        timeoutMs: limitedMs(handshakeTimeoutMs),
        signal,
      });
      options.onEvent({ kind: "connected", host, attempt, elapsedMs: elapsedMs() });
      return new SshConnection(connection, client);
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      const delayMs = backoffMs(attempt);
      const over = elapsedMs() + delayMs >= options.connectDeadlineMs;
      if (!error.retry || over) throw error.retry ? gaveUp(connection, error.error, attempt, elapsedMs()) : error.error;
      options.onEvent({ kind: "retrying", host, attempt, elapsedMs: elapsedMs(), delayMs, error: error.error });
      await pause(delayMs, signal);
      if (signal.aborted) throw aborted(connection, signal.reason);
    }
  }
}

/** The last error, and how long it was tried. */
function gaveUp(connection: Connection, last: ConnectError, attempts: number, elapsedMs: number): ConnectError {
  const tried = `Tried ${attempts === 1 ? "once" : `${attempts} times`} in ${Math.round(elapsedMs / 1000)} s.`;
  return new ConnectError(`${last.message} ${tried}`, {
    code: last.code,
    concerns: hostOf(connection),
    nextStep: last.nextStep,
    cause: last.cause,
  });
}

/** A stream to `target` through `bastion`. Rejects with AttemptError. */
export function forwardThrough(bastion: SshConnection, target: Connection): Promise<Duplex> {
  return bastion.forward(target.address, target.port).catch((cause: Error & { reason?: number }) => {
    const via = hostOf(bastion.connection);
    // RFC 4254: 1 is "administratively prohibited", 2 "connect failed".
    const prohibited = cause.reason === 1;
    const message = prohibited
      ? `The bastion ${via} does not forward to ${hostOf(target)}.`
      : `${hostOf(target)} cannot be reached from the bastion ${via}.`;
    const nextStep = prohibited
      ? "Allow it in the bastion's sshd configuration: AllowTcpForwarding, PermitOpen."
      : "Check that the host is up, its address as the bastion sees it, its port and the firewalls in between.";
    throw new AttemptError(
      connectError(target, prohibited ? "bastion-failed" : "host-unreachable", message, nextStep, cause),
      !prohibited,
    );
  });
}
