import type { Client, ClientChannel } from "ssh2";
import { pause } from "./backoff.js";

/** What we use of ssh2's internals (1.17.0, pinned exactly): to open a session without a command, which its public API cannot. */
interface ClientInternals {
  readonly _chanMgr: { add(callback: OpenCallback): number };
  readonly _protocol: {
    session(channel: number, windowBytes: number, packetBytes: number): void;
    exec(channel: number, command: string, wantReply: boolean): void;
    signal(channel: number, name: string): void;
  };
}
type OpenCallback = ((error: Error | undefined, channel?: ClientChannel) => void) & { type?: string };
interface ChannelInternals {
  readonly outgoing: { readonly id: number; readonly window: number; readonly state: string };
  readonly _callbacks: ((failed: boolean | Error) => void)[];
}

// As in ssh2's Channel.js: the window that it accounts with.
const windowBytes = 2 * 1024 * 1024;
const packetBytes = 32 * 1024;

/** OpenSSH's MaxSessions is 10; a closing channel still counts for a moment, so one is left over. */
const mostSessions = 9;

/** How often in a row a server may refuse the only channel until that counts as an error. */
const mostRefusals = 6;

/** How long a session may take to end after its channel was closed, while others wait for one. */
const abandonedMs = 3000;

/** The server opens no (further) session. */
export class SessionRefusedError extends Error {}

/** Sends the request to run `command`; what follows on the channel may be sent without awaiting the answer. */
export function requestExec(client: Client, channel: ClientChannel, command: string, onRefused: () => void): void {
  const internals = channel as unknown as ChannelInternals;
  internals._callbacks.push((failed) => {
    if (failed) onRefused();
  });
  (client as unknown as ClientInternals)._protocol.exec(internals.outgoing.id, command, true);
}

/** Asks the command to end. ssh2's own `signal` does nothing once our end of its input was sent. */
export function sendTerm(client: Client, channel: ClientChannel): void {
  const { id, state } = (channel as unknown as ChannelInternals).outgoing;
  if (state === "open" || state === "eof") (client as unknown as ClientInternals)._protocol.signal(id, "TERM");
}

/** Bytes that may be sent at once. OpenSSH grants none before it has run the command. */
export function sendWindowBytes(channel: ClientChannel): number {
  return (channel as unknown as ChannelInternals).outgoing.window;
}

/**
 * The session channels of one connection: at most `mostSessions` at once, the rest queues, and one is opened ahead so
 * that a command need not wait for that.
 */
export class SessionChannels {
  readonly #client: Client;
  readonly #waiting: { take: (channel: ClientChannel) => void; fail: (error: Error) => void }[] = [];
  readonly #ready: ClientChannel[] = [];
  readonly #ended = new AbortController();
  #opening = 0;
  #busy = 0;
  #limit = mostSessions;
  #refusals = 0;
  #stuck = 0;

  constructor(client: Client) {
    this.#client = client;
    this.#fill();
  }

  /** An open channel at once, when there is one. */
  takeReady(): ClientChannel | undefined {
    const channel = this.#ready.shift();
    if (channel !== undefined) this.#markBusy(channel);
    return channel;
  }

  /** The next channel that is free. Rejects with SessionRefusedError, or with the signal's reason. */
  async take(signal?: AbortSignal): Promise<ClientChannel> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const settle = () => signal?.removeEventListener("abort", onAbort);
      const waiter = {
        take: (channel: ClientChannel) => {
          settle();
          resolve(channel);
        },
        fail: (error: Error) => {
          settle();
          reject(error);
        },
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        waiter.fail(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#fill();
    });
  }

  /**
   * `channel` was closed by us. OpenSSH keeps its session until the command ends, which may be never: when all
   * sessions are lost in this way, whoever waits is told instead of waiting for ever.
   */
  abandon(channel: ClientChannel): void {
    this.#stuck += 1;
    channel.once("close", () => {
      this.#stuck -= 1;
    });
    void pause(abandonedMs, this.#ended.signal).then(() => {
      if (this.#stuck >= this.#limit) this.#failWaiting();
    });
  }

  /** Whether so many sessions are lost to commands that do not end that a fresh connection is the better choice. */
  get wornOut(): boolean {
    return this.#stuck > mostSessions / 2;
  }

  /** The connection is gone or going: whoever waits gets `error`, and nothing is opened any more. */
  end(error: Error): void {
    this.#ended.abort();
    for (const waiter of this.#waiting.splice(0)) waiter.fail(error);
    this.#ready.length = 0;
  }

  #failWaiting(): void {
    for (const waiter of this.#waiting.splice(0)) waiter.fail(new SessionRefusedError("no session"));
  }

  #fill(): void {
    if (this.#ended.signal.aborted) return;
    while (
      this.#opening + this.#ready.length < this.#waiting.length + 1 &&
      this.#opening + this.#ready.length + this.#busy < this.#limit
    ) {
      this.#open();
    }
  }

  #open(): void {
    this.#opening += 1;
    const internals = this.#client as unknown as ClientInternals;
    const callback: OpenCallback = (error, channel) => {
      this.#opening -= 1;
      if (this.#ended.signal.aborted) return;
      if (error !== undefined || channel === undefined) {
        this.#refused();
        return;
      }
      this.#refusals = 0;
      // Read even while idle: a stream that nobody reads never tells that the server has closed it.
      channel.resume();
      const waiter = this.#waiting.shift();
      if (waiter !== undefined) {
        this.#markBusy(channel);
        waiter.take(channel);
      } else {
        this.#keepReady(channel);
      }
    };
    callback.type = "session";
    const id = internals._chanMgr.add(callback);
    internals._protocol.session(id, windowBytes, packetBytes);
  }

  #keepReady(channel: ClientChannel): void {
    this.#ready.push(channel);
    // A server may close idle sessions (ChannelTimeout): then the next command opens one itself.
    channel.once("close", () => {
      const index = this.#ready.indexOf(channel);
      if (index >= 0) this.#ready.splice(index, 1);
    });
    channel.on("error", () => {});
  }

  #markBusy(channel: ClientChannel): void {
    this.#busy += 1;
    channel.once("close", () => {
      this.#busy -= 1;
      this.#fill();
    });
    this.#fill();
  }

  /** Opening has no effect on the host, so it is safe to repeat: when a command ends, or else after a while. */
  #refused(): void {
    const others = this.#busy + this.#ready.length + this.#opening;
    if (others > 0) {
      this.#limit = Math.max(1, Math.min(this.#limit, others));
      return;
    }
    if (this.#waiting.length === 0) return;
    this.#refusals += 1;
    if (this.#refusals > mostRefusals) {
      this.#refusals = 0;
      this.#failWaiting();
      return;
    }
    void pause(25 * 2 ** this.#refusals, this.#ended.signal).then(() => this.#fill());
  }
}
