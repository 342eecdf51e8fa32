import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Letter } from "./letter.js";

interface Entry {
  /** Message-ID. */
  readonly id: string;
  /** `not-sent`: it was begun, and the server certainly has not taken it. */
  readonly state: "begun" | "sent" | "not-sent";
  readonly at: string;
  /** When nobody asks any more. */
  readonly until: string;
  /** What else a mail that was sent has told. */
  readonly also?: readonly Pick<Entry, "id" | "until">[];
}

/**
 * Which mails were sent: one JSON line before and one after each, on disk before anything else happens. A mail that was begun and is not known
 * to be sent is sent again: a mail that comes twice is better than one that never comes, and its Message-ID is the same.
 */
export class SentLog {
  readonly #path: string;
  readonly #states: Map<string, Entry>;

  /** Reads the file, which need not be there, and drops what nobody asks for any more. */
  constructor(path: string, nowMs = Date.now()) {
    this.#path = path;
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    const entries = text.split("\n").flatMap(parseEntry);
    const states = new Map(entries.map((entry) => [entry.id, entry]));
    this.#states = new Map([...states].filter(([, { until }]) => Date.parse(until) > nowMs));
    if (this.#states.size < states.size || (text !== "" && !text.endsWith("\n"))) this.#rewrite();
  }

  /** `begun`: somebody tried, and it is not known what became of it. */
  stateOf({ id }: Pick<Letter, "id">): Entry["state"] | undefined {
    return this.#states.get(id)?.state;
  }

  note(letter: Letter, state: Entry["state"], nowMs = Date.now()): void {
    const at = new Date(nowMs).toISOString();
    const also = (state === "sent" ? (letter.also ?? []) : []).map(untilOf);
    const entry = { ...untilOf(letter), state, at, ...(also.length > 0 && { also }) };
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    write(this.#path, "a", [entry]);
    for (const each of unfold(entry)) this.#states.set(each.id, each);
  }

  #rewrite(): void {
    const next = `${this.#path}.new`;
    write(next, "w", [...this.#states.values()]);
    renameSync(next, this.#path);
    syncFolder(this.#path);
  }
}

function write(path: string, flags: "a" | "w", entries: readonly Entry[]): void {
  const isNew = !existsSync(path);
  const file = openSync(path, flags, 0o600);
  try {
    writeSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (isNew) syncFolder(path);
}

/** Without it, a power cut may take a new file's name away again. */
function syncFolder(path: string): void {
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** A line that was cut off by a power cut says nothing. */
function parseEntry(line: string): Entry[] {
  try {
    const entry = JSON.parse(line) as Entry;
    return typeof entry.id === "string" && typeof entry.until === "string" ? unfold(entry) : [];
  } catch {
    return [];
  }
}

/** An entry for each thing that one line tells of. */
function unfold({ also = [], ...entry }: Entry): Entry[] {
  return [entry, ...also.map((each) => ({ ...entry, ...each }))];
}

function untilOf({ id, untilMs }: Pick<Letter, "id" | "untilMs">): Pick<Entry, "id" | "until"> {
  return { id, until: new Date(untilMs).toISOString() };
}
