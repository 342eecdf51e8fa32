import { deflateSync } from "node:zlib";

/** A flaw as a test declares it, to be written in either of Debian's formats. */
export interface TestFlaw {
  readonly source: string;
  readonly id: string;
  readonly urgency?: "low" | "medium" | "high" | "unimportant";
  /** Of the release; undefined: no fix yet. */
  readonly fixedIn?: string | undefined;
  readonly status?: "undetermined";
  /** debsecan: single fine versions. */
  readonly alsoFixed?: readonly string[];
}

/** The security tracker's JSON, with the fields that it has. */
export function renderTracker(flaws: readonly TestFlaw[], release = "trixie"): string {
  const document: Record<string, Record<string, unknown>> = {};
  for (const { source, id, urgency, fixedIn, status } of flaws) {
    const state = {
      status: status ?? (fixedIn === undefined ? "open" : "resolved"),
      repositories: { [release]: "1.0-1", [`${release}-security`]: fixedIn ?? "1.0-1" },
      ...(fixedIn !== undefined && { fixed_version: fixedIn }),
      urgency: urgency ?? "not yet assigned",
    };
    document[source] ??= {};
    document[source][id] = {
      description: `a flaw of ${source}`,
      scope: "remote",
      releases: { [release]: state, sid: { status: "resolved", fixed_version: "99-1", urgency: "not yet assigned" } },
    };
  }
  return JSON.stringify(document);
}

/** debsecan's data as its server sends it. */
export function renderDebsecan(flaws: readonly TestFlaw[], binaries: Readonly<Record<string, string>> = {}): Buffer {
  const ids = [...new Set(flaws.map(({ id }) => id))];
  const letters = { low: "L", medium: "M", high: "H", unimportant: " " };
  const lines = [
    "VERSION 1",
    ...ids.map((id) => `${id},,a flaw, with a comma`),
    "",
    ...flaws.map(({ source, id, urgency, fixedIn, alsoFixed }) => {
      const fine = fixedIn !== undefined || (alsoFixed ?? []).length > 0;
      const flags = `S${urgency === undefined ? " " : letters[urgency]}R${fine ? "F" : " "}`;
      return `${source},${ids.indexOf(id)},${flags},${fixedIn ?? ""},${(alsoFixed ?? []).join(" ")}`;
    }),
    "",
    ...Object.entries(binaries).map(([source, names]) => `${source},${names}`),
    "",
  ];
  return deflateSync(Buffer.from(lines.join("\n")));
}
