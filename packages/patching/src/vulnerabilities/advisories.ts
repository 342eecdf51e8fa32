/** Since when a fix was to be had, by the word of a dated list. */
export interface Advisory {
  /** `DSA-6001-1` */
  readonly id: string;
  /** The day it was published, `2026-11-02`. */
  readonly date: string;
}

/** Advisories of one release, by `adviceKey`: the earliest of each flaw. */
export type Advisories = ReadonlyMap<string, Advisory>;

export function adviceKey(source: string, cve: string): string {
  return `${source} ${cve}`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Reads the security tracker's list of advisories (data/DSA/list, data/DLA/list):
 *
 *     [02 Nov 2026] DSA-6001-1 openssl - security update
 *     <tab>{CVE-2026-1 CVE-2026-2}
 *     <tab>[trixie] - openssl 3.5.1-1+deb13u2
 *
 * Lines of other kinds (notes) are passed over.
 */
export function parseAdvisories(text: string, release: string): Map<string, Advisory> {
  const found = new Map<string, Advisory>();
  let advisory: Advisory | undefined;
  let cves: string[] = [];
  for (const line of text.split("\n")) {
    const head = /^\[(\d{2}) (\w{3}) (\d{4})\] (D[SL]A-\d+-\d+)\b/.exec(line);
    if (head !== null) {
      const [, day = "", month = "", year = "", id = ""] = head;
      const number = months.indexOf(month) + 1;
      advisory = number === 0 ? undefined : { id, date: `${year}-${String(number).padStart(2, "0")}-${day}` };
      cves = [];
    }
    const named = /^\t\{([^}]*)\}/.exec(line);
    if (named !== null) cves = (named[1] ?? "").split(" ").filter((each) => each !== "");
    const [, where, source] = /^\t\[([a-z]+)\] - (\S+) \S/.exec(line) ?? [];
    if (where !== release || source === undefined || advisory === undefined) continue;
    for (const cve of cves) {
      const key = adviceKey(source, cve);
      const before = found.get(key);
      if (before === undefined || advisory.date < before.date) found.set(key, advisory);
    }
  }
  return found;
}
