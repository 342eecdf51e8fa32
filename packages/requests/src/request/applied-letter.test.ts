import { describe, expect, test } from "vitest";
import { appliedNotice } from "./applied-letter.js";

const nothing = { change: "create", reach: undefined, changes: [], kept: [] } as const;
const facts = { ...nothing, id: "20261124-anna-db", service: "anna-db", member: "anna", questions: "help@example.org" };
const titles = ["anna-db: TITLE"];
const sealed = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n";

describe("the mail about a request that is applied", () => {
  test.each(["de", "en"] as const)("has in %s the encrypted file and how to open it", (language) => {
    const { subject, lines } = appliedNotice(language, { ...facts, titles, sealed });
    expect(subject).toContain("anna-db");
    expect(lines[0]).toContain(facts.id);
    expect(lines).toEqual(expect.arrayContaining(["  anna-db: TITLE", "  age -d -i key.txt anna-db.age"]));
    expect(lines.join("\n")).toContain(sealed.trim());
  });

  test.each(["de", "en"] as const)("says in %s how to declare a key where there is none", (language) => {
    const text = appliedNotice(language, { ...facts, titles, sealed: undefined }).lines.join("\n");
    for (const part of ["anna-db: TITLE", "age-keygen -o key.txt", "members/anna.yaml", facts.questions])
      expect(text).toContain(part);
    expect(text).toContain(`allmende request secrets ${facts.id}`);
  });

  test.each([sealed, undefined])("is another text in each language, line by line", (file) => {
    const [german, english] = (["de", "en"] as const).map(
      (language) => appliedNotice(language, { ...facts, titles, sealed: file }).lines,
    );
    expect(german).toHaveLength(english?.length ?? 0);
    const same = german?.filter((line) => line !== "" && english?.includes(line)) ?? [];
    expect(same.every((line) => line.startsWith("  ") || sealed.includes(line))).toBe(true);
  });

  test.each(["de", "en"] as const)("says in %s how it is reached and what changed", (language) => {
    const said = { reach: "http://REACH/", changes: ["RAM: 64 MiB → 96 MiB"] };
    const { lines } = appliedNotice(language, { ...facts, ...said, change: "change", titles: [], sealed: undefined });
    expect(lines.slice(1)).toEqual(["", expect.any(String), "  RAM: 64 MiB → 96 MiB", "", "http://REACH/"]);
  });

  test.each([
    ["de", "anna-db: beendet", /der Dienst ist beendet/],
    ["en", "anna-db: ended", /the service has ended/],
  ] as const)("says in %s that it ended, and what stays", (language, title, ended) => {
    const end = { ...facts, change: "end", kept: ["KEPT"], titles: [], sealed: undefined } as const;
    const { subject, lines } = appliedNotice(language, end);
    expect([subject, lines[0], ...lines.slice(1)]).toEqual([title, expect.stringMatching(ended), "", "KEPT"]);
  });

  test("says nothing of secrets where none is told", () => {
    expect(appliedNotice("en", { ...facts, titles: [], sealed: undefined }).lines).toHaveLength(1);
  });
});
