import { UserError } from "./errors.js";
import { didYouMean } from "./suggestion.js";

const weekdays = "MO TU WE TH FR SA SU".split(" ");
const time = 'is not for a window\'s rule: "start" has the time of day';

/** The parts of a rule, what each may hold, and how that is said. */
const parts: Readonly<Record<string, { readonly pattern: RegExp; readonly says: string }>> = {
  FREQ: { pattern: /^(YEARLY|MONTHLY|WEEKLY|DAILY)$/, says: "is DAILY, WEEKLY, MONTHLY or YEARLY" },
  INTERVAL: { pattern: /^[1-9][0-9]{0,2}$/, says: "is a whole number from 1 to 999" },
  COUNT: { pattern: /^[1-9][0-9]{0,3}$/, says: "is a whole number from 1 to 9999" },
  UNTIL: {
    pattern: /^[0-9]{8}(T[0-9]{6}Z?)?$/,
    says: "is a day such as 20271231, or a time such as 20271231T220000 in the window's zone or 20271231T210000Z in UTC",
  },
  BYMONTH: listOf("(1[0-2]|[1-9])", "months from 1 to 12"),
  BYMONTHDAY: listOf("-?(3[01]|[12][0-9]|[1-9])", "days from 1 to 31, or from -1 (the last) to -31"),
  BYYEARDAY: listOf("-?(36[0-6]|3[0-5][0-9]|[12][0-9]{2}|[1-9][0-9]?)", "days from 1 to 366, or from -1 to -366"),
  BYWEEKNO: listOf("-?(5[0-3]|[1-4][0-9]|[1-9])", "weeks from 1 to 53, or from -1 to -53"),
  BYSETPOS: listOf("-?(36[0-6]|3[0-5][0-9]|[12][0-9]{2}|[1-9][0-9]?)", "positions from 1, or from -1 (the last)"),
  BYDAY: listOf(
    `(-?(5[0-3]|[1-4][0-9]|[1-9]))?(${weekdays.join("|")})`,
    `days of the week (${weekdays.join(", ")}), with a number in front where the second or the last is meant: 2TU, -1SU`,
  ),
  WKST: { pattern: new RegExp(`^(${weekdays.join("|")})$`), says: `is one of ${weekdays.join(", ")}` },
};

function listOf(item: string, what: string): { pattern: RegExp; says: string } {
  return { pattern: new RegExp(`^${item}(,${item})*$`), says: `lists ${what}` };
}

/**
 * A recurrence rule of RFC 5545 (3.3.10) on days, `RRULE:` in front allowed, in upper case and in one order, so that the same rule has one
 * text. Throws UserError (code `bad-recurrence`).
 */
export function parseRecurrence(text: string): string {
  const rule = text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "");
  const entries = new Map<string, string>();
  for (const part of rule.split(";")) {
    const [name = "", value, ...rest] = part.split("=");
    if (value === undefined || rest.length > 0)
      throw refuse("must be a rule of RFC 5545, such as FREQ=MONTHLY;BYDAY=2TU");
    if (/^(BYHOUR|BYMINUTE|BYSECOND)$/.test(name)) throw refuse(`${name} ${time}`);
    if (name === "FREQ" && /^(HOUR|MINUTE|SECOND)LY$/.test(value)) throw refuse(`FREQ=${value} ${time}`);
    const known = parts[name];
    if (known === undefined) throw refuse(`${short(name)} is no part of a rule${didYouMean(name, Object.keys(parts))}`);
    if (entries.has(name)) throw refuse(`has ${name} twice`);
    if (!known.pattern.test(value)) throw refuse(`${name} ${known.says}, not ${short(value)}`);
    entries.set(name, value);
  }
  const together = combinationProblem(entries);
  if (together !== undefined) throw refuse(together);
  const ordered = Object.keys(parts).filter((name) => entries.has(name));
  return ordered.map((name) => `${name}=${entries.get(name)}`).join(";");
}

/** What may not stand together. */
function combinationProblem(entries: ReadonlyMap<string, string>): string | undefined {
  const frequency = entries.get("FREQ");
  if (frequency === undefined) return "has no FREQ: begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY";
  if (entries.has("COUNT") && entries.has("UNTIL")) return "has COUNT and UNTIL: give one of the two";
  const isNumbered = /[0-9]/.test(entries.get("BYDAY") ?? "");
  if (isNumbered && !["MONTHLY", "YEARLY"].includes(frequency))
    return `a numbered day of the week (BYDAY=${entries.get("BYDAY")}) needs FREQ=MONTHLY or YEARLY`;
  // RFC 5545 gives most of these a meaning, but programs disagree about it, and nobody needs them.
  const namings = ["BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"].filter((name) => entries.has(name));
  if (namings.length > 1) return `${namings.join(" and ")} name days in different ways: give one of them`;
  if (namings[0] !== undefined && (isNumbered || (namings[0] === "BYYEARDAY" && entries.has("BYDAY"))))
    return `${namings[0]} and BYDAY=${entries.get("BYDAY")} name days in different ways: give one of them`;
  if (frequency === "WEEKLY" && entries.has("BYMONTHDAY")) return "BYMONTHDAY is not for FREQ=WEEKLY: use MONTHLY";
  if (frequency !== "YEARLY" && entries.has("BYYEARDAY")) return "BYYEARDAY needs FREQ=YEARLY";
  if (frequency !== "YEARLY" && entries.has("BYWEEKNO")) return "BYWEEKNO needs FREQ=YEARLY";
  if (entries.has("BYWEEKNO") && !entries.has("BYDAY")) return "BYWEEKNO names weeks: name their days with BYDAY";
  const others = [...entries.keys()].filter((name) => name.startsWith("BY") && name !== "BYSETPOS");
  if (entries.has("BYSETPOS") && others.length === 0) return "BYSETPOS chooses among days: name them, with BYDAY say";
  return undefined;
}

function short(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}

function refuse(message: string): UserError {
  return new UserError(message, { code: "bad-recurrence" });
}
