import { badData } from "./data-error.js";
import type { Vulnerability } from "./vulnerability.js";

/** What the tracker says of a flaw in one release; more fields than these are there. */
interface TrackerRelease {
  readonly status?: unknown;
  readonly fixed_version?: unknown;
  readonly urgency?: unknown;
}

/**
 * Reads the security tracker's JSON: `{SOURCE: {CVE: {releases: {RELEASE: {status, fixed_version, urgency}}}}}`.
 * What is undetermined, or no security matter by Debian's word (`unimportant`), is left out. Throws UserError `bad-vulnerabilities`.
 */
export function parseTrackerData(text: string, release: string): Map<string, Vulnerability[]> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw badData("it is not whole: its JSON ends early or is broken", error);
  }
  const packages = new Map<string, Vulnerability[]>();
  let known = false;
  for (const [source, cves] of entriesOf(document)) {
    const flaws: Vulnerability[] = [];
    for (const [id, entry] of entriesOf(cves)) {
      const state = fieldOf(fieldOf(entry, "releases"), release) as TrackerRelease | undefined;
      if (state === undefined) continue;
      known = true;
      const flaw = parseFlaw(id, state);
      if (flaw !== undefined) flaws.push(flaw);
    }
    if (flaws.length > 0) packages.set(source, flaws);
  }
  if (!known) throw badData(`it says nothing of the release ${release}`);
  return packages;
}

function parseFlaw(id: string, { status, fixed_version: fixed, urgency }: TrackerRelease): Vulnerability | undefined {
  // A fixed version "0" means that the release never had it.
  if (status === "undetermined" || urgency === "unimportant" || fixed === "0") return undefined;
  const hasFix = status === "resolved" && typeof fixed === "string";
  if (!hasFix && status !== "open") return undefined;
  const grade = /^(low|medium|high)\**$/.exec(String(urgency))?.[1] as Vulnerability["urgency"];
  return { id, urgency: grade, fixedIn: hasFix ? fixed : undefined, alsoFixed: [], hasFix, ofBinary: false };
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
