import { SetupError } from "./failures.mjs";

const quietMs = 1_000;
const heartbeatMs = 30_000;

/**
 * Elapsed time for people: `0.4 s`, `12 s`, `3 min 05 s`.
 * @param {number} elapsedMs
 */
export function renderElapsed(elapsedMs) {
  const seconds = elapsedMs / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** Where progress goes. */
let out = process.stdout;

/** Progress goes to standard error from now on: standard output belongs to a document. */
export function keepOutputClean() {
  out = /** @type {typeof process.stdout} */ (/** @type {unknown} */ (process.stderr));
}

/** @param {string} line */
export const print = (line) => void out.write(`${line}\n`);

/**
 * Runs one step and says what it does: a living line on a terminal, plain lines elsewhere
 * (at the start when it takes longer than a second, a heartbeat, and the end with its time).
 * @template T
 * @param {string} title
 * @param {(note: (text: string) => void) => Promise<T>} work `note` shows what is under way just now
 * @param {(value: T) => string | undefined} [describeProblem] for a step that may come to nothing without failing: why
 * @returns {Promise<T>}
 */
export async function step(title, work, describeProblem = () => undefined) {
  const start = Date.now();
  const elapsed = () => renderElapsed(Date.now() - start);
  const terminal = out.isTTY === true;
  let note = "";
  const columns = () => (out.columns ?? 80) - 1;
  const draw = () => {
    const line = `… ${title} (${elapsed()})${note === "" ? "" : `  ${note}`}`;
    out.write(`\r\x1b[K${line.slice(0, columns())}`);
  };
  let announced = false;
  const announce = () => {
    if (announced) return;
    announced = true;
    print(`… ${title}`);
  };
  const timers = terminal
    ? [setInterval(draw, 200)]
    : [
        setTimeout(announce, quietMs),
        setInterval(() => print(`… ${title}: ${elapsed()}${note === "" ? "" : `, ${note}`}`), heartbeatMs),
      ];
  const end = () => {
    for (const timer of timers) clearInterval(timer);
    if (terminal) out.write("\r\x1b[K");
  };
  try {
    const value = await work((text) => {
      note = text;
    });
    end();
    const problem = describeProblem(value);
    print(problem === undefined ? `✔ ${title} (${elapsed()})` : `– ${title}: ${problem}`);
    return value;
  } catch (error) {
    end();
    if (error instanceof SetupError) print(`✘ ${title} (${elapsed()})`);
    throw error;
  }
}
