import { UnsafeValueError } from "./errors.js";
import { checkText, escapeExpansions, escapeSpecifiers, quoteWord, quoteWordIfNeeded } from "./text.js";

/**
 * Turns a value into the right-hand sides of one or more lines `KEY=…`.
 * Each encoder belongs to one way in which Quadlet or systemd reads a key; it throws UnsafeValueError rather than change a value.
 */
export type Encoder<T> = (value: T, option: string) => readonly string[];

/** `true` or `false`. */
export const boolean: Encoder<boolean> = (value) => [String(value)];

/** A whole number from `lowest`. */
export function integer(lowest = 0): Encoder<number> {
  return (value, option) => {
    if (!Number.isSafeInteger(value) || value < lowest) {
      throw new UnsafeValueError(option, `must be a whole number of at least ${lowest}`);
    }
    return [String(value)];
  };
}

/** A size in bytes, written as bytes: exact, and without the units on which Podman and systemd disagree. */
export const bytes: Encoder<number> = integer(1);

/** A time in whole seconds; `s` is understood by systemd and by Podman alike. */
export const seconds: Encoder<number> = (value, option) => integer(0)(value, option).map((text) => `${text}s`);

/** One of a few fixed words. */
export function oneOf<const Words extends readonly string[]>(...words: Words): Encoder<Words[number]> {
  return (value, option) => {
    if (!words.includes(value)) throw new UnsafeValueError(option, `must be one of ${words.join(", ")}`);
    return [value];
  };
}

/** A value whose characters mean nothing to any reader; `what` describes the pattern to people. */
export function token(pattern: RegExp, what: string): Encoder<string> {
  return (value, option) => {
    checkText(value, option);
    if (!pattern.test(value) || /[\n\r\0]/.test(value)) throw new UnsafeValueError(option, `must be ${what}`);
    return [escapeExpansions(value)];
  };
}

/** A line that Quadlet hands to Podman as one argument, without unquoting it. Quadlet strips blanks and quotes at both ends. */
export const verbatim: Encoder<string> = (value, option) => {
  checkText(value, option);
  if (value === "" || value === ";") throw new UnsafeValueError(option, "must not be empty or a lone semicolon");
  if (/\p{Control}/u.test(value)) throw new UnsafeValueError(option, "contains a newline or another control character");
  if (/^[\s"]|[\s"\\]$/u.test(value)) {
    throw new UnsafeValueError(option, "begins or ends with a blank, a quote or a backslash");
  }
  return [escapeExpansions(value)];
};

/** One line of words that Quadlet splits and unquotes: arguments of Podman itself. */
export const words: Encoder<readonly string[]> = (values, option) => {
  const encoded = values.map((value) => {
    checkText(value, option);
    // Quadlet stops reading at an empty word, and systemd takes a lone semicolon for the end of the command.
    if (value === "" || value === ";") throw new UnsafeValueError(option, "must not be empty or a lone semicolon");
    return quoteWordIfNeeded(escapeExpansions(value));
  });
  return encoded.length === 0 ? [] : [encoded.join(" ")];
};

/** Name of a variable that is set to nothing, see `containerCommand`. */
export const emptyVariable = "ALLMENDE_EMPTY";

/** Whether `containerCommand` needs `emptyVariable` to be set in the unit. */
export function needsEmptyVariable(command: readonly string[]): boolean {
  return command.some((word) => word === "" || word === ";");
}

/**
 * The container's command line. Any text but NUL can be an argument: an empty one and a lone semicolon, which Quadlet
 * or systemd would swallow, travel through an empty variable that systemd expands when it runs the command.
 */
export const containerCommand: Encoder<readonly string[]> = (command, option) => {
  if (command.length === 0) return [];
  const encoded = command.map((word) => {
    checkText(word, option);
    const carried = word === "" || word === ";" ? `${word}\${${emptyVariable}}` : escapeExpansions(word);
    return quoteWordIfNeeded(carried);
  });
  return [encoded.join(" ")];
};

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const labelName = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;

function assignments(name: RegExp, protect: (text: string) => string): Encoder<Readonly<Record<string, string>>> {
  return (entries, option) =>
    Object.entries(entries).map(([key, value]) => {
      if (!name.test(key)) throw new UnsafeValueError(option, `"${key}" is not a valid name`);
      checkText(value, `${option} ${key}`);
      return quoteWord(`${key}=${protect(value)}`);
    });
}

/** Variables of the container, which travel through Podman's command line; newlines are kept. */
export const containerEnvironment = assignments(variableName, escapeExpansions);

/** Labels and annotations. */
export const labels = assignments(labelName, escapeExpansions);

/** Variables that systemd sets itself: it expands `%` there, but not `$`. */
export const unitEnvironment = assignments(variableName, escapeSpecifiers);

/** A text for people in a line of systemd's own, e.g. Description=. */
export const unitText: Encoder<string> = (value, option) => {
  checkText(value, option);
  if (/\p{Control}/u.test(value)) throw new UnsafeValueError(option, "contains a newline or another control character");
  if (value === "" || /^\s|[\s\\]$/u.test(value)) {
    throw new UnsafeValueError(option, "is empty, or begins or ends with a blank or a backslash");
  }
  return [escapeSpecifiers(value)];
};

/** Commands of systemd's own lines (ExecStartPre=): one line each, the first word an absolute path. */
export const unitCommands: Encoder<readonly (readonly string[])[]> = (commands, option) =>
  commands.map(([program, ...rest]) => {
    if (program === undefined || !/^\/[A-Za-z0-9._/-]+$/.test(program)) {
      throw new UnsafeValueError(option, "must begin with the absolute path of a program");
    }
    const encoded = rest.map((word) => {
      checkText(word, option);
      // Quoted, so that systemd keeps an empty word and does not take a semicolon for the end.
      return word === "" || word === ";" ? `"${word}"` : quoteWordIfNeeded(escapeExpansions(word));
    });
    return [program, ...encoded].join(" ");
  });

/** A list of values, one line each. */
export function each<T>(encode: Encoder<T>): Encoder<readonly T[]> {
  return (values, option) => values.flatMap((value) => encode(value, option));
}
