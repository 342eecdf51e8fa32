import { UnsafeValueError } from "./errors.js";

/** One file for /etc/containers/systemd/users/UID/. */
export interface UnitFile {
  /** `anna-blog.container`. */
  readonly name: string;
  readonly text: string;
}

/** systemd drops lines of 1 MiB; the generated command line is never longer than twice the file. Characters. */
const longestText = 400_000;

/** Joins sections to a file; empty ones vanish. Throws UnsafeValueError when systemd would not read all of it. */
export function renderUnitFile(name: string, sections: readonly string[]): UnitFile {
  const text = sections.filter((section) => section !== "").join("\n");
  if (text.length > longestText) {
    throw new UnsafeValueError(name, "is too long for a unit", "Pass long texts as file secrets or in a volume.");
  }
  return { name, text };
}
