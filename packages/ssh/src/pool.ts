import { setMaxListeners } from "node:events";
import { ConnectError, type Connection } from "@allmende/model";
import type { SshConnection } from "./connection.js";
import { connect, forwardThrough } from "./connector.js";
import { type LoginKeys, loadLoginKeys, type SshCredentials } from "./credentials.js";
import { aborted, connectError, hostOf } from "./errors.js";
import type { SshEvent } from "./event.js";

export interface SshPoolOptions {
  readonly credentials: SshCredentials;
  /** For all attempts to connect to one host; default 60 000. */
  readonly connectDeadlineMs?: number | undefined;
  /** Between two signs of life on an idle connection; three without an answer and it counts as lost. Default 15 000. */
  readonly keepAliveMs?: number | undefined;
  readonly onEvent?: ((event: SshEvent) => void) | undefined;
}

/** A connection that is open or being opened, and how many callers wait for it. */
interface Entry {
  readonly promise: Promise<SshConnection>;
  readonly abort: AbortController;
  waiting: number;
  open: SshConnection | undefined;
}

/** One connection per host and login, opened when first asked for, and again when it has died. */
export class SshPool {
  readonly #options: SshPoolOptions;
  readonly #entries = new Map<string, Entry>();
  /** All that are open, including those that no new caller gets any more. */
  readonly #open = new Set<SshConnection>();
  #keys: Promise<LoginKeys> | undefined;
  #closed = false;

  constructor(options: SshPoolOptions) {
    this.#options = options;
  }

  /**
   * An open connection. Callers that ask at the same time share one attempt; it is aborted when all of them are.
   * Throws ConnectError (ConnectErrorCode), or UserError when the credentials are of no use.
   */
  async get(
    connection: Connection,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<SshConnection> {
    if (this.#closed) {
      throw connectError(connection, "connection-closed", "The connections were closed.", "Run it again.");
    }
    const { signal } = options;
    if (signal?.aborted) throw aborted(connection, signal.reason);
    const key = keyOf(connection);
    let entry = this.#entries.get(key);
    if (entry === undefined || entry.abort.signal.aborted || isSpent(entry.open)) {
      entry = this.#start(key, connection);
    }
    return this.#wait(entry, connection, signal);
  }

  /** Ends every connection and attempt, and waits for it. The pool is of no use afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    const entries = [...this.#entries.values()];
    for (const entry of entries) entry.abort.abort();
    await Promise.allSettled(entries.map((entry) => entry.promise));
    // Hosts before the bastions that they go through.
    const open = [...this.#open];
    await Promise.all(open.filter((ssh) => ssh.connection.bastion !== undefined).map((ssh) => ssh.end()));
    await Promise.all(open.map((ssh) => ssh.end()));
    this.#entries.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #start(key: string, connection: Connection): Entry {
    const abort = new AbortController();
    const promise = this.#connect(connection, abort.signal);
    const entry: Entry = { promise, abort, waiting: 0, open: undefined };
    this.#entries.set(key, entry);
    const forget = () => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    };
    promise.then((ssh) => {
      entry.open = ssh;
      this.#open.add(ssh);
      void ssh.closed.then(() => {
        forget();
        this.#open.delete(ssh);
        if (!this.#closed) this.#options.onEvent?.({ kind: "lost", host: hostOf(connection) });
      });
    }, forget);
    return entry;
  }

  async #connect(connection: Connection, signal: AbortSignal): Promise<SshConnection> {
    this.#keys ??= loadLoginKeys(this.#options.credentials);
    const keys = await this.#keys;
    const { bastion } = connection;
    const ssh = await connect(
      connection,
      {
        keys,
        connectDeadlineMs: this.#options.connectDeadlineMs ?? 60_000,
        keepAliveMs: this.#options.keepAliveMs ?? 15_000,
        onEvent: (event) => this.#options.onEvent?.(event),
        openStream:
          bastion === undefined
            ? undefined
            : async (attempt) => forwardThrough(await this.#bastion(connection, bastion, attempt), connection),
      },
      signal,
    );
    // Aborted in the moment of success: nobody waits for it any more.
    if (signal.aborted) {
      await ssh.end();
      throw aborted(connection, signal.reason);
    }
    return ssh;
  }

  async #bastion(target: Connection, bastion: Connection, signal: AbortSignal): Promise<SshConnection> {
    try {
      return await this.get(bastion, { signal });
    } catch (error) {
      if (!(error instanceof ConnectError) || error.code === "aborted") throw error;
      throw connectError(
        target,
        "bastion-failed",
        `The way to ${hostOf(target)} goes through a bastion, and that failed: ${error.message}`,
        error.nextStep ?? "Check the bastion.",
        error,
      );
    }
  }

  async #wait(entry: Entry, connection: Connection, signal: AbortSignal | undefined): Promise<SshConnection> {
    if (signal === undefined) {
      // Waits for good: no other caller's abort may end the attempt.
      entry.waiting += 1;
      return entry.promise;
    }
    setMaxListeners(0, signal);
    entry.waiting += 1;
    return new Promise((resolve, reject) => {
      const settle = () => {
        signal.removeEventListener("abort", onAbort);
        entry.waiting -= 1;
      };
      const onAbort = () => {
        settle();
        if (entry.waiting === 0 && entry.open === undefined) entry.abort.abort(signal.reason);
        reject(aborted(connection, signal.reason));
      };
      signal.addEventListener("abort", onAbort, { once: true });
      entry.promise.then(
        (ssh) => {
          settle();
          resolve(ssh);
        },
        (error) => {
          settle();
          reject(error);
        },
      );
    });
  }
}

function isSpent(ssh: SshConnection | undefined): boolean {
  return ssh !== undefined && (!ssh.alive || ssh.wornOut);
}

/** Connections that may be shared: the same login at the same place, with the same pins, by the same way. */
function keyOf(connection: Connection): string {
  const { address, port, user, hostKeys, bastion } = connection;
  return JSON.stringify([address, port, user, [...hostKeys].sort(), bastion === undefined ? null : keyOf(bastion)]);
}
