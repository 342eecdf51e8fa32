import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** What was asked and what ended, one JSON document a line: never a body, since some hold private keys. */
export interface ApiLogEntry {
  readonly at: string;
  /** `POST /v1/servers` or the command of an action that ended. */
  readonly what: string;
  /** HTTP status; `success` or `error` of an action; `unanswered`. */
  readonly outcome: number | string;
  readonly elapsedMs: number;
  readonly detail?: string;
}

export type ApiLog = (entry: Omit<ApiLogEntry, "at">) => void;

/** Appends to a file that only its owner can read. */
export function apiLog(path: string): ApiLog {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return (entry) => {
    const dated: ApiLogEntry = { at: new Date().toISOString(), ...entry };
    appendFileSync(path, `${JSON.stringify(dated)}\n`, { mode: 0o600 });
  };
}
