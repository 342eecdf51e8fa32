import type { ConnectError } from "@allmende/model";

/** What happens to connections, for progress displays. Nothing in it is secret. */
export interface SshEvent {
  readonly kind: "connecting" | "retrying" | "connected" | "lost";
  /** `web1.example.org[:port]` */
  readonly host: string;
  /** From 1; absent from `lost`. */
  readonly attempt?: number;
  /** Since the first attempt; absent from `lost`. */
  readonly elapsedMs?: number;
  /** `retrying`: until the next attempt, and why. */
  readonly delayMs?: number;
  readonly error?: ConnectError;
}
