import { renderCount } from "@allmende/model";
import { renderSeconds } from "./steps.js";

const everyMs = 30_000;
/** How many of those that are at work a line names. */
const most = 3;

export interface Heartbeat {
  /** What a resource is doing. */
  note(name: string, message: string): void;
  /** It is done. */
  done(name: string): void;
  stop(): void;
}

/** Says every half minute what is under way, where no terminal shows it: nobody should have to guess whether anything goes on. */
export function startHeartbeat(say: (line: string) => void): Heartbeat {
  const startedAt = Date.now();
  const notes = new Map<string, string>();
  const timer = setInterval(() => {
    const busy = [...notes].slice(0, most).map(([name, message]) => `${name}: ${message}`);
    const more = notes.size > most ? [`${renderCount(notes.size - most, "more is", "more are")} at work`] : [];
    say(`… ${renderSeconds(Date.now() - startedAt)}  ${[...busy, ...more].join("; ") || "at work"}\n`);
  }, everyMs);
  timer.unref();
  return {
    note: (name, message) => void notes.set(name, message),
    done: (name) => void notes.delete(name),
    stop: () => clearInterval(timer),
  };
}
