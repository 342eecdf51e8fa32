import { setMaxListeners } from "node:events";
import type { Duplex } from "node:stream";
import { type AllmendeError, type Connection, HostError } from "@allmende/model";
import type { Client } from "ssh2";
import { connectError, hostOf } from "./errors.js";
import {
  type ExecAsRootOptions,
  type ExecFailure,
  type ExecOptions,
  type ExecResult,
  runOnChannel,
} from "./execution.js";
import { printable } from "./handshake.js";
import { SessionChannels, SessionRefusedError, sendWindowBytes } from "./session-channels.js";
import { checkSudo, renderFed, renderSudo } from "./sudo.js";

/** How long a peer may take to answer our goodbye. */
const goodbyeMs = 2000;

/** An open, authenticated connection to a host. Made by SshPool. */
export class SshConnection {
  readonly connection: Connection;
  readonly #client: Client;
  readonly #channels: SessionChannels;
  readonly #closed: Promise<void>;
  #alive = true;
  #ending = false;
  #lastError: Error | undefined;
  #roundTrips = 0;

  /** `client` is ready; it belongs to this object from now on. */
  constructor(connection: Connection, client: Client) {
    this.connection = connection;
    this.#client = client;
    client.on("error", (error) => {
      this.#lastError = error;
    });
    this.#closed = new Promise((resolve) => {
      client.once("close", () => {
        this.#alive = false;
        this.#channels.end(this.#gone(false));
        resolve();
      });
    });
    this.#channels = new SessionChannels(client);
  }

  /** False once the connection is lost or ended: ask the pool for a new one. */
  get alive(): boolean {
    return this.#alive && !this.#ending;
  }

  /** Whether a fresh connection would serve better: too many commands were given up here and have not ended. */
  get wornOut(): boolean {
    return this.#channels.wornOut;
  }

  /** Fulfilled when the connection is gone, for whatever reason. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /**
   * How often a caller's work has waited for an answer of the host since login: one for a command, one more when its
   * session channel was not open yet, one more when it has stdin (OpenSSH takes none before the command runs).
   * What a connection opens ahead, keep-alive, and flow control beyond the first window are not waited for, nor counted.
   */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  /**
   * Runs `command` through the login shell of the user. Any exit code is a result. Up to nine run at once, more queue.
   * Throws ConnectError (`connection-lost`: it may have run or not; `session-refused`), HostError (`command-timeout`,
   * `too-much-output`, `aborted`, `command-refused`), or what `stdin` or `onStdoutLine` throw. After a deadline or an abort
   * the command is sent SIGTERM and its channel closed. OpenSSH delivers no signal to what runs as root, so that may run
   * on: bound it on the host (timeout(1)) as well.
   */
  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    const { signal } = options;
    // Many commands may share one signal: that is no leak.
    if (signal !== undefined) setMaxListeners(0, signal);
    const abort = new AbortController();
    const forward = () => abort.abort();
    const deadline = options.timeoutMs === undefined ? undefined : setTimeout(forward, options.timeoutMs);
    signal?.addEventListener("abort", forward, { once: true });
    if (signal?.aborted) forward();
    try {
      const outcome = await this.#run(command, options, abort.signal);
      if (typeof outcome === "object" && "exitCode" in outcome) return outcome;
      throw this.#explain(outcome, options);
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener("abort", forward);
    }
  }

  /**
   * As `exec`, but as root: through `sudo -n` (with LC_ALL=C) unless the user is root. Throws ConnectError
   * (`sudo-refused`) as well: password asked, not installed, or not allowed.
   */
  async execAsRoot(command: string, { openStdin, ...options }: ExecAsRootOptions = {}): Promise<ExecResult> {
    const fed = (whole: string) => (openStdin === undefined ? whole : renderFed(whole, openStdin));
    if (this.connection.user === "root") return this.exec(fed(command), options);
    const result = await this.exec(fed(renderSudo(command)), options);
    const refused = checkSudo(this.connection, result);
    if (refused !== undefined) throw refused;
    return result;
  }

  /** A TCP stream from the host to `address`:`port`. Rejects with ssh2's error, whose `reason` is RFC 4254's. */
  forward(address: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      if (!this.alive) return reject(this.#gone(false));
      this.#client.forwardOut("127.0.0.1", 0, address, port, (error, stream) => {
        if (error) reject(error);
        else resolve(stream);
      });
    });
  }

  /** Says goodbye and waits until the connection is gone (at most 2 s). Running commands fail with `connection-closed`. */
  async end(): Promise<void> {
    if (!this.#ending) {
      this.#ending = true;
      this.#channels.end(this.#gone(false));
      this.#client.end();
    }
    const timer = setTimeout(() => this.#client.destroy(), goodbyeMs);
    await this.#closed;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  async #run(command: string, options: ExecOptions, abort: AbortSignal): Promise<ExecResult | ExecFailure> {
    if (!this.alive) throw this.#gone(false);
    if (abort.aborted) return "aborted";
    let channel = this.#channels.takeReady();
    if (channel === undefined) {
      this.#roundTrips += 1;
      try {
        channel = await this.#channels.take(abort);
      } catch (error) {
        if (abort.aborted) return "aborted";
        throw error instanceof SessionRefusedError ? this.#sessionRefused() : error;
      }
    }
    this.#roundTrips += options.stdin !== undefined && sendWindowBytes(channel) === 0 ? 2 : 1;
    return runOnChannel(this.#client, channel, command, options, abort, () => this.#channels.abandon(channel));
  }

  #explain(failure: ExecFailure, options: ExecOptions): unknown {
    if (typeof failure === "object") return failure.thrown;
    if (failure === "aborted") return options.signal?.aborted ? this.#abortedByCaller(options) : this.#late(options);
    if (failure === "too-much-output") {
      return this.#hostError(
        "too-much-output",
        "A command printed more than may be kept.",
        "Raise maxOutputBytes, or print less.",
      );
    }
    if (!this.alive) return this.#gone(true);
    return failure === "refused"
      ? this.#hostError(
          "command-refused",
          "sshd refused to run a command.",
          "Look for ForceCommand and the like in sshd's configuration.",
        )
      : this.#hostError(
          "command-lost",
          "sshd ended a command without saying how it went.",
          "Look into the host's log: `journalctl -u ssh`.",
        );
  }

  #hostError(code: string, what: string, nextStep: string): HostError {
    return new HostError(`${hostOf(this.connection)}: ${what}`, { code, concerns: hostOf(this.connection), nextStep });
  }

  #late(options: ExecOptions): HostError {
    const seconds = (options.timeoutMs ?? 0) / 1000;
    return this.#hostError(
      "command-timeout",
      `A command was not done within ${seconds} s. It was told to end, but may run on.`,
      "Check the host's load, then run it again.",
    );
  }

  #abortedByCaller(options: ExecOptions): AllmendeError {
    return new HostError(`${hostOf(this.connection)}: A command was aborted. It was told to end, but may run on.`, {
      code: "aborted",
      concerns: hostOf(this.connection),
      nextStep: "Run it again.",
      cause: options.signal?.reason,
    });
  }

  #sessionRefused() {
    return connectError(
      this.connection,
      "session-refused",
      `${hostOf(this.connection)} lets ${this.connection.user} in, but opens no session to run a command.`,
      "Check MaxSessions in sshd's configuration, and whether the host is out of processes or memory.",
    );
  }

  #gone(duringCommand: boolean) {
    const host = hostOf(this.connection);
    if (this.#ending) {
      return connectError(
        this.connection,
        "connection-closed",
        `The connection to ${host} was closed on purpose.`,
        "Run it again.",
      );
    }
    const why = this.#lastError === undefined ? "" : ` (${printable(this.#lastError.message)})`;
    return connectError(
      this.connection,
      "connection-lost",
      duringCommand
        ? `The connection to ${host} was lost in the middle of a command${why}; it may have run to its end or not.`
        : `The connection to ${host} is lost${why}.`,
      "Check the host and the network, then run it again.",
      this.#lastError,
    );
  }
}
