import { UserError } from "./errors.js";

const secondsOfUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** What `parseDuration` accepts, for JSON Schema. */
export const durationPattern = "^[1-9][0-9]*(s|m|h)$";

/** Seconds of `30s`, `2m` or `1h`, up to a day. Throws UserError (code `bad-duration`). */
export function parseDuration(text: string): number {
  const [, amount, unit = ""] = /^([1-9][0-9]*)([smh])$/.exec(text) ?? [];
  const seconds = Number(amount) * (secondsOfUnit[unit] ?? Number.NaN);
  if (Number.isNaN(seconds)) {
    const why = /^[0-9]+$/.test(text) ? `"${text}" has no unit` : "must be a time with its unit";
    throw new UserError(`${why}: write it like 30s, 2m or 1h`, { code: "bad-duration" });
  }
  if (seconds > 86_400) throw new UserError(`"${text}" is longer than a day (24h)`, { code: "bad-duration" });
  return seconds;
}

/** Shortest exact text: 120 is `2m`. */
export function renderDuration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
