/**
 * Reads a command line as systemd does (extract_first_word with unquoting and C escapes, then specifiers, then `$`),
 * written from systemd's documentation (systemd.service(5), systemd.syntax(7)) and not from our encoders, which it checks.
 */
export function parseCommandLine(line: string, environment: Readonly<Record<string, string>> = {}): string[] {
  const argv: string[] = [];
  let rest = withoutBlanks(line);
  while (rest !== "") {
    if (/^;(?:[ \t\n\r]|$)/.test(rest)) throw new Error("a lone semicolon begins a second command");
    const word = readWord(rest);
    argv.push(expandVariables(expandSpecifiers(word.text), environment));
    rest = word.rest;
  }
  return argv;
}

/** Systemd's blanks are these: U+FEFF, which JavaScript counts among them, is a part of a word. */
function withoutBlanks(text: string): string {
  return text.replace(/^[ \t\n\r]+/, "");
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  s: " ",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

function readWord(line: string): { text: string; rest: string } {
  // Escapes of one byte give bytes, not characters: collected as bytes, decoded at the end.
  const parts: Buffer[] = [];
  let quote = "";
  let index = 0;
  while (index < line.length) {
    const character = String.fromCodePoint(line.codePointAt(index) ?? 0);
    if (character === "\\") {
      const escaped = readEscape(line.slice(index + 1));
      parts.push(escaped.bytes);
      index += 1 + escaped.length;
      continue;
    }
    index += character.length;
    if (quote === "" && /[ \t\n\r]/.test(character)) {
      return { text: decode(parts), rest: withoutBlanks(line.slice(index)) };
    }
    if (quote === "" && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = "";
    else parts.push(Buffer.from(character));
  }
  if (quote !== "") throw new Error("unbalanced quotes");
  return { text: decode(parts), rest: "" };
}

function decode(parts: readonly Buffer[]): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
}

function readEscape(text: string): { bytes: Buffer; length: number } {
  const hex = /^x([0-9a-fA-F]{2})/.exec(text);
  if (hex) return { bytes: Buffer.from(hex[1] ?? "", "hex"), length: 3 };
  const octal = /^[0-3][0-7]{2}/.exec(text);
  if (octal) return { bytes: Buffer.from([Number.parseInt(octal[0], 8)]), length: 3 };
  const unicode = /^u([0-9a-fA-F]{4})|^U([0-9a-fA-F]{8})/.exec(text);
  if (unicode) {
    const point = Number.parseInt(unicode[1] ?? unicode[2] ?? "", 16);
    return { bytes: Buffer.from(String.fromCodePoint(point)), length: unicode[0].length };
  }
  const simple = simpleEscapes[text.charAt(0)];
  if (simple === undefined) throw new Error(`unknown escape \\${text.charAt(0)}`);
  return { bytes: Buffer.from(simple), length: 1 };
}

/** Any specifier but `%%` keeps a mark: a value in which one was expanded is not what was meant. */
function expandSpecifiers(word: string): string {
  return word.replaceAll(/%(.)/gsu, (_match, letter: string) => (letter === "%" ? "%" : `<specifier ${letter}>`));
}

/** `$$` is a dollar, `${NAME}` a value; `$NAME` as a word of its own would be split: a mark shows it. */
function expandVariables(word: string, environment: Readonly<Record<string, string>>): string {
  if (/^\$[A-Za-z_]/.test(word)) return `<variable ${word}>`;
  return word.replaceAll(/\$\$|\$\{([A-Za-z0-9_]+)\}/g, (match, name: string | undefined) =>
    match === "$$" ? "$" : (environment[name ?? ""] ?? `<unset ${name}>`),
  );
}
