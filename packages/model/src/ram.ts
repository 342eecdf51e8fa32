import { UserError } from "./errors.js";
import type { Language } from "./language.js";

const units = { KiB: 1024n, MiB: 1024n ** 2n, GiB: 1024n ** 3n, TiB: 1024n ** 4n } as const;
const pageBytes = 4096n;
const leastBytes = 16n * units.MiB;

/** Allocations are whole pages. */
export const ramPageBytes = Number(pageBytes);
/** Less is no allocation. */
export const leastRamBytes = Number(leastBytes);
const mostBytes = 1024n * units.TiB;

/** What `parseRam` accepts, for JSON Schema. */
export const ramPattern = "^(0|[1-9][0-9]*)(?:\\.([0-9]+))?(KiB|MiB|GiB|TiB)$";

/**
 * Bytes of an amount of RAM such as `512MiB` or `1.5GiB`. A whole number of 4 KiB pages, 16 MiB to 1024 TiB.
 * Throws UserError (code `bad-ram`) that says what to write instead.
 */
export function parseRam(text: string): number {
  const [, whole, fraction = "", unit] = new RegExp(ramPattern).exec(text) ?? [];
  if (whole === undefined || unit === undefined) throw refuse(whyNotRam(text));
  if (whole.length + fraction.length > 30) throw refuse("has too many digits: write it like 1.5GiB");
  // Whole-number arithmetic: 0.1 has no exact binary value, and an allocation must not depend on rounding.
  const scale = 10n ** BigInt(fraction.length);
  const scaledBytes = BigInt(whole + fraction) * units[unit as keyof typeof units];
  if (scaledBytes < leastBytes * scale) throw refuse(`"${text}" is too little: at least 16MiB`);
  if (scaledBytes > mostBytes * scale) throw refuse(`"${text}" is more than any host has: at most 1024TiB`);
  if (scaledBytes % (scale * pageBytes) !== 0n) {
    const nearest = (scaledBytes / scale / pageBytes) * pageBytes;
    throw refuse(`"${text}" is not a whole number of 4 KiB pages: write for example ${renderRam(Number(nearest))}`);
  }
  return Number(scaledBytes / scale);
}

/** Shortest exact text for a number of bytes: 1610612736 is `1.5GiB`. `parseRam` gives the same number back. */
export function renderRam(bytes: number): string {
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError(`not a number of bytes: ${bytes}`);
  let shortest = "";
  for (const [name, unitBytes] of Object.entries(units)) {
    const text = `${exactQuotient(BigInt(bytes), unitBytes)}${name}`;
    // `<=`: of equally short texts, the greater unit.
    if (shortest === "" || text.length <= shortest.length) shortest = text;
  }
  return shortest;
}

/** Rounded, for sentences: `128 MiB`, `3.6 GiB`, in German `3,6 GiB`. Files have another notation: `renderRam`. */
export function describeRam(bytes: number, language: Language = "en"): string {
  const gib = Number(units.GiB);
  const mib = Number(units.MiB);
  const decimal = (value: number) => (language === "de" ? value.toFixed(1).replace(".", ",") : value.toFixed(1));
  if (Math.abs(bytes) >= gib) return `${decimal(bytes / gib)} GiB`;
  return `${Number.isInteger(bytes / mib) ? bytes / mib : decimal(bytes / mib)} MiB`;
}

/** Dividing by a power of two always ends, so the decimal text is exact. */
function exactQuotient(bytes: bigint, unitBytes: bigint): string {
  let rest = bytes % unitBytes;
  let decimals = "";
  while (rest !== 0n) {
    rest *= 10n;
    decimals += rest / unitBytes;
    rest %= unitBytes;
  }
  const whole = String(bytes / unitBytes);
  return decimals === "" ? whole : `${whole}.${decimals}`;
}

function whyNotRam(text: string): string {
  const [, amount, gap, unit] = /^([0-9]+(?:\.[0-9]+)?)(\s*)([A-Za-z]*)$/.exec(text.trim()) ?? [];
  if (amount === undefined || unit === undefined)
    return "must be an amount of RAM with its unit, such as 512MiB or 1.5GiB";
  if (unit === "") return `"${text}" has no unit: write ${amount}MiB for mebibytes or ${amount}GiB for gibibytes`;
  const letter = unit.charAt(0).toUpperCase();
  const known = "KMGT".includes(letter) && /^.(i?b)?$/i.test(unit);
  if (!known) return `"${unit}" is not a unit of RAM: use KiB, MiB, GiB or TiB, such as 512MiB`;
  if (unit in units && gap !== "") return `"${text}" has a space: write ${amount}${unit}`;
  if (/^.b$/i.test(unit)) return `"${unit}" counts in powers of ten, RAM does not: write ${amount}${letter}iB`;
  if (unit in units) return `"${text}" has a superfluous zero or space: write it like 512MiB`;
  return `"${unit}" is not spelled as a unit of RAM: write ${amount}${letter}iB`;
}

function refuse(message: string): UserError {
  return new UserError(message, { code: "bad-ram", nextStep: "Write an amount such as 512MiB or 1.5GiB." });
}
