import type { Encoder } from "./encoders.js";
import { words } from "./encoders.js";
import { UnsupportedOptionError } from "./errors.js";
import { isAtLeast, type PodmanVersion, renderPodmanVersion } from "./podman-version.js";

/** One row of a table: how a property becomes lines of a section. */
export interface Option<T> {
  /** Key in the unit file. Several rows may share one, e.g. PodmanArgs. */
  readonly key: string;
  /** First version that reads the key: `Podman 5.5`, `systemd 254`. */
  readonly since: `Podman ${number}.${number}` | `systemd ${number}`;
  /** Value to right-hand sides, one line each. Throws UnsafeValueError. */
  encode(value: T, option: string): readonly string[];
  /** The same as arguments of `podman run`, for a Podman older than `since`. */
  lower?(value: T): readonly string[];
  readonly example: T;
  /** One line for the reference. */
  readonly doc: string;
}

/** A section's rows by property, in the order in which they are written. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** The values that a table accepts. */
export type OptionValues<Table> = {
  readonly [Property in keyof Table]?: Table[Property] extends Option<infer T> ? T | undefined : never;
};

/** Declares a row; infers the value's type from the encoder. */
export function option<T>(row: {
  readonly key: string;
  readonly since: Option<T>["since"];
  readonly encode: Encoder<T>;
  readonly lower?: (value: T) => readonly string[];
  readonly example: NoInfer<T>;
  readonly doc: string;
}): Option<T> {
  return row;
}

/** Renders `[Name]` and its lines, or nothing when no value is given. Throws UnsafeValueError, UnsupportedOptionError. */
export function renderSection<Table extends OptionTable>(
  name: string,
  table: Table,
  values: OptionValues<Table>,
  podman: PodmanVersion,
): string {
  const lines = Object.entries<Option<unknown>>(table).flatMap(([property, row]) => {
    const value = values[property as keyof Table];
    return value === undefined ? [] : renderOption(row, value, `[${name}] ${row.key}`, podman);
  });
  return lines.length === 0 ? "" : `${[`[${name}]`, ...lines].join("\n")}\n`;
}

/** Lines of one option for a Podman version. */
export function renderOption<T>(row: Option<T>, value: T, concerns: string, podman: PodmanVersion): string[] {
  const encoded = row.encode(value, concerns);
  if (isKnown(row, podman)) return encoded.map((text) => `${row.key}=${text}`);
  if (row.lower === undefined) {
    throw new UnsupportedOptionError(concerns, row.since, renderPodmanVersion(podman));
  }
  return words(row.lower(value), concerns).map((text) => `PodmanArgs=${text}`);
}

function isKnown({ since }: { readonly since: string }, podman: PodmanVersion): boolean {
  const first = firstVersions.get(since) ?? parseSince(since);
  firstVersions.set(since, first);
  return isAtLeast(podman, first);
}

/** By `since`: rendering asks for every row of every service. */
const firstVersions = new Map<string, PodmanVersion>();

function parseSince(since: string): PodmanVersion {
  const [program, version = "0.0"] = since.split(" ");
  const [major, minor] = program === "Podman" ? version.split(".") : [];
  return { major: Number(major ?? 0), minor: Number(minor ?? 0), patch: 0 };
}
