import { Temporal } from "temporal-polyfill";
import { UserError } from "./errors.js";
import type { HostAmount } from "./patch-window.js";
import { didYouMean } from "./suggestion.js";

/** What `parseWallTime` accepts, for JSON Schema. */
export const wallTimePattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$";
/** What `parseWallDate` accepts, for JSON Schema. */
export const wallDatePattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/** `2026-11-24T02:00`, given back as it is. Throws UserError (code `bad-time`). */
export function parseWallTime(text: string): string {
  if (!new RegExp(wallTimePattern).test(text)) {
    throw refuse("must be a day and a time without a zone, such as 2026-11-24T02:00");
  }
  return existing(text, () => Temporal.PlainDateTime.from(text));
}

/** `2026-12-24`, given back as it is. Throws UserError (code `bad-time`). */
export function parseWallDate(text: string): string {
  if (!new RegExp(wallDatePattern).test(text)) throw refuse("must be a day, such as 2026-12-24");
  return existing(text, () => Temporal.PlainDate.from(text));
}

/** What `parseSnapshot` accepts beside `opening`, for JSON Schema. */
export const snapshotPattern = "^(opening|[0-9]{8}T[0-9]{6}Z)$";

/** `20261124T020000Z`, as apt names snapshots, or `opening`; given back as it is. Throws UserError (code `bad-snapshot`). */
export function parseSnapshot(text: string): string {
  const form =
    'must be a moment in UTC as apt names snapshots, such as "20261124T020000Z", or opening: the moment at which the window opens';
  if (!new RegExp(snapshotPattern).test(text)) throw new UserError(form, { code: "bad-snapshot" });
  if (text === "opening") return text;
  const parts = /^(.{4})(..)(..)T(..)(..)(..)Z$/.exec(text)?.slice(1) ?? [];
  const [year, month, day, hour, minute, second] = parts.map(Number);
  try {
    Temporal.PlainDateTime.from({ year, month, day, hour, minute, second } as Temporal.PlainDateTimeLike, {
      overflow: "reject",
    });
    return text;
  } catch (cause) {
    throw new UserError(`"${text}" is not in the calendar: it ${form}`, { code: "bad-snapshot", cause });
  }
}

/** `20261124T020000Z`, an instant as apt names snapshots. */
export function renderSnapshot(instantMs: number): string {
  return `${new Date(instantMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

function existing(text: string, parse: () => unknown): string {
  try {
    parse();
    return text;
  } catch (cause) {
    throw refuse(`"${text}" is not in the calendar`, cause);
  }
}

/** An IANA zone as it is spelled there. Throws UserError (code `bad-zone`). */
export function parseZone(text: string): string {
  const known = Intl.supportedValuesOf("timeZone");
  if (text === "UTC" || known.includes(text)) return text;
  // Zones have more than one name (Asia/Kolkata, Asia/Calcutta), of which runtimes list one.
  if (/^[A-Z][A-Za-z_]+\/[A-Z]/.test(text) && isZone(text)) return text;
  const meant = known.find((zone) => zone.toLowerCase() === text.toLowerCase() || zone.endsWith(`/${text}`));
  const hint = meant === undefined ? didYouMean(text, known) : ` (did you mean "${meant}"?)`;
  throw new UserError(`must be a time zone with its full name, such as Europe/Berlin or UTC${hint}`, {
    code: "bad-zone",
  });
}

/** Does the runtime know a zone of this name? */
export function isZone(text: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return true;
  } catch {
    return false;
  }
}

/** What `parsePercent` accepts, for JSON Schema. */
export const percentPattern = "^(100|[1-9]?[0-9])%$";

/** `25%`, a whole number from `least` to 100. Throws UserError (code `bad-amount`). */
export function parsePercent(text: string, least = 0): HostAmount {
  if (new RegExp(percentPattern).test(text) && Number.parseInt(text, 10) >= least)
    return { kind: "percent", percent: Number.parseInt(text, 10) };
  throw new UserError('must be a number of hosts, such as 2, or a share of them, such as "25%"', {
    code: "bad-amount",
  });
}

function refuse(message: string, cause?: unknown): UserError {
  return new UserError(message, { code: "bad-time", cause });
}
