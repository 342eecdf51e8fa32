import { HostError } from "@allmende/model";

/** The output of inspect.sh by section, lines in order. Throws `inspection-incomplete` when its end is missing. */
export function parseSections(lines: readonly string[]): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of lines) {
    if (line.startsWith("== ")) {
      current = [];
      sections.set(line.slice(3), current);
    } else current?.push(line);
  }
  if (!sections.has("end")) {
    throw new HostError("The inspection of the host ended early.", {
      code: "inspection-incomplete",
      nextStep: "Look at the host's own log (journalctl), then try again.",
    });
  }
  return sections;
}

/** `FILE:VALUE` as grep -H prints it; keeps the first value of a file unless `all`. */
export function parseGrep(lines: readonly string[], separator = ":"): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of lines) {
    const at = line.lastIndexOf(separator);
    if (at < 0) continue;
    const file = line.slice(0, at);
    const known = values.get(file);
    if (known === undefined) values.set(file, [line.slice(at + 1)]);
    else known.push(line.slice(at + 1));
  }
  return values;
}
