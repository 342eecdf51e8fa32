import { UnsafeValueError } from "./errors.js";

/** Linux refuses a single argument of 128 KiB or more (MAX_ARG_STRLEN). Bytes. */
const longestArgumentBytes = 128 * 1024 - 1;

/** What systemd calls invalid UTF-8: it drops such a line, with a warning nobody reads. */
const noncharacter = /\p{Noncharacter_Code_Point}/u;

/**
 * Refuses what no unit file can carry: NUL, lone surrogates, noncharacters, U+0080 (Quadlet turns it into a stray byte),
 * and arguments that the kernel would refuse. Throws UnsafeValueError.
 */
export function checkText(text: string, option: string): void {
  // Nearly every text: nothing below concerns it.
  if (text.length <= longestArgumentBytes && /^[\t\n\r -~]*$/.test(text)) return;
  if (text.includes("\0")) throw new UnsafeValueError(option, "contains a NUL character");
  if (/\p{Surrogate}/u.test(text)) throw new UnsafeValueError(option, "is not valid Unicode (a lone surrogate)");
  if (text.includes("\u0080") || noncharacter.test(text)) {
    throw new UnsafeValueError(option, "contains a character that systemd or Podman would drop or change");
  }
  if (new TextEncoder().encode(text).length > longestArgumentBytes) {
    throw new UnsafeValueError(option, "is longer than 128 KiB", "Pass it as a file secret or in a volume.");
  }
}

/** Protects `%`, which systemd expands in nearly every line. */
export function escapeSpecifiers(text: string): string {
  return text.replaceAll("%", "%%");
}

/** Protects `%` and `$`, which systemd expands in command lines: Quadlet's values end up in ExecStart=. */
export function escapeExpansions(text: string): string {
  return escapeSpecifiers(text).replaceAll("$", "$$$$");
}

const namedEscapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/**
 * One word in double quotes with C escapes, as systemd and Quadlet's copy of its splitter both read it.
 * Control characters become escapes, so a value never begins a line.
 */
export function quoteWord(word: string): string {
  const escaped = word.replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must be escaped
    /[\\"\u0000-\u001f\u007f]/g,
    (character) => namedEscapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}"`;
}

/** Words that need no quotes anywhere: kept plain so that units stay readable. */
export function quoteWordIfNeeded(word: string): string {
  return /^[A-Za-z0-9_./:@=,+%$-]+$/.test(word) ? word : quoteWord(word);
}
