import { UserError } from "./errors.js";

const secondsOfUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** What `parseDuration` accepts, for JSON Schema. */
export const durationPattern = "^[1-9][0-9]*(s|m|h)$";

/** What `parsePeriod` accepts, for JSON Schema. */
export const periodPattern = "^[1-9][0-9]*(s|m|h|d)$";

/** Seconds of `30s`, `2m` or `1h`, up to a day. Throws UserError (code `bad-duration`). */
export function parseDuration(text: string): number {
  const seconds = secondsOf(text, durationPattern, "30s, 2m or 1h");
  if (seconds > 86_400) throw new UserError(`"${text}" is longer than a day (24h)`, { code: "bad-duration" });
  return seconds;
}

/** Seconds of `30m`, `36h` or `3d`, up to a year; a day is 24 hours. Throws UserError (code `bad-duration`). */
export function parsePeriod(text: string): number {
  const seconds = secondsOf(text, periodPattern, "30m, 36h or 3d");
  if (seconds > 366 * 86_400) throw new UserError(`"${text}" is longer than a year (366d)`, { code: "bad-duration" });
  return seconds;
}

function secondsOf(text: string, pattern: string, examples: string): number {
  if (!new RegExp(pattern).test(text)) {
    const why = /^[0-9]+$/.test(text) ? `"${text}" has no unit` : "must be a time with its unit";
    throw new UserError(`${why}: write it like ${examples}`, { code: "bad-duration" });
  }
  return Number(text.slice(0, -1)) * (secondsOfUnit[text.slice(-1)] ?? Number.NaN);
}

/** Shortest exact text: 120 is `2m`. */
export function renderDuration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
