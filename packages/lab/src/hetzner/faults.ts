import { ApiError, unavailable } from "./api-error.js";

/** Something that shall go wrong. Each holds for what is asked after it was ordered. */
export interface Faults {
  /** The next action with this command (`create_server`, `start_server`, `attach_volume`, …) ends with an error. */
  failNextAction(command: string, message?: string): void;
  /** Servers of this type cannot be had, in one location or all, until `restock`. */
  sellOut(serverType: string, location?: string): void;
  restock(serverType: string): void;
  /** The next request that matches gets no answer; what it asks for is done when `after` is `work`. */
  silenceNext(method: string, path: RegExp, after?: "nothing" | "work"): void;
  /** Every request is answered with 429 for this long, from the first one on. */
  limitRate(forMs: number): void;
  /** The next server answers ssh with another key than its user data say. */
  swapNextHostKey(): void;
  clear(): void;
}

export type Silence = "nothing" | "work";

/** Faults that were ordered and not delivered yet. */
export class FaultBook implements Faults {
  #actions: { command: string; message: string }[] = [];
  #soldOut: { serverType: string; location: string | undefined }[] = [];
  #silences: { method: string; path: RegExp; after: Silence }[] = [];
  #limit: { readonly forMs: number; untilMs?: number } = { forMs: 0 };
  #swapHostKey = false;

  failNextAction(command: string, message = `${command} failed`): void {
    this.#actions.push({ command, message });
  }

  sellOut(serverType: string, location?: string): void {
    this.#soldOut.push({ serverType, location });
  }

  restock(serverType: string): void {
    this.#soldOut = this.#soldOut.filter((entry) => entry.serverType !== serverType);
  }

  silenceNext(method: string, path: RegExp, after: Silence = "nothing"): void {
    this.#silences.push({ method, path, after });
  }

  limitRate(forMs: number): void {
    this.#limit = { forMs };
  }

  swapNextHostKey(): void {
    this.#swapHostKey = true;
  }

  clear(): void {
    this.#actions = [];
    this.#soldOut = [];
    this.#silences = [];
    this.#limit = { forMs: 0 };
    this.#swapHostKey = false;
  }

  takeAction(command: string): string | undefined {
    const index = this.#actions.findIndex((entry) => entry.command === command);
    return index < 0 ? undefined : this.#actions.splice(index, 1)[0]?.message;
  }

  takeSilence(method: string, path: string): Silence | undefined {
    const index = this.#silences.findIndex((entry) => entry.method === method && entry.path.test(path));
    return index < 0 ? undefined : this.#silences.splice(index, 1)[0]?.after;
  }

  takeHostKeySwap(): boolean {
    const swap = this.#swapHostKey;
    this.#swapHostKey = false;
    return swap;
  }

  isSoldOut(serverType: string, location: string): boolean {
    return this.#soldOut.some((entry) => entry.serverType === serverType && (entry.location ?? location) === location);
  }

  checkStock(serverType: string, location: string): void {
    if (this.isSoldOut(serverType, location)) throw unavailable(`server type ${serverType} is sold out in ${location}`);
  }

  checkRate(): void {
    this.#limit.untilMs ??= Date.now() + this.#limit.forMs;
    if (Date.now() < this.#limit.untilMs) throw rateLimited();
  }
}

export function rateLimited(): ApiError {
  return new ApiError(429, "rate_limit_exceeded", "limit of 3600 requests per hour reached");
}
