import { describe, expect, test } from "vitest";
import { failureNotice, heldNotice } from "./failure-letter.js";

const facts = { id: "20261124-anna-blog", service: "anna-blog", problems: ["web1: unit failed"] };

describe.each([
  ["of a failure", failureNotice],
  ["of a request that waits", heldNotice],
])("the mail %s", (_name, noticeOf) => {
  test.each(["de", "en"] as const)("has everything in %s, with what a member does next", (language) => {
    const { subject, lines } = noticeOf(language, facts);
    const text = lines.join("\n");
    expect(subject).toContain(facts.service);
    for (const part of [facts.id, facts.service, facts.problems[0], `allmende revert ${facts.id}`])
      expect(text).toContain(part);
  });

  test("is another text in each language, line by line", () => {
    const [german, english] = (["de", "en"] as const).map((language) => noticeOf(language, facts).lines);
    expect(german).toHaveLength(english?.length ?? 0);
    const told = german?.filter((line) => line !== "" && english?.includes(line));
    expect(told?.every((line) => line.startsWith("  ") || line.includes("allmende revert"))).toBe(true);
  });
});

test("what the engine says is marked as technical detail, after a sentence in the member's language", () => {
  const { lines } = failureNotice("de", facts);
  expect(lines[0]).toMatch(/^Der Antrag .* nicht umsetzen\. Der Host oder das Programm hat abgelehnt\.$/);
  expect(lines.indexOf("  web1: unit failed")).toBe(
    lines.findIndex((line) => /^Technische Einzelheiten/.test(line)) + 1,
  );
  expect(failureNotice("de", { ...facts, problems: [] }).lines.join()).not.toMatch(/Technische Einzelheiten/);
});

test.each([
  ["de", /Der Dienst kam damit nicht in Gang.*\n.*Hostmaster sehen dasselbe/, "Die letzten Zeilen aus dem Protokoll"],
  ["en", /The service did not get going with it.*\n.*Hostmasters see the same/, "The last lines of the service's log:"],
] as const)(
  "a service that failed is said in %s in a sentence, and its log is marked as such",
  (language, said, intro) => {
    const problems = ["anna-blog does not start.", "  | exec failed", "  | exit 1"];
    const { lines } = failureNotice(language, { ...facts, problems });
    expect(lines.join("\n")).toMatch(said);
    const at = lines.findIndex((line) => line.startsWith(intro));
    expect(lines.slice(at + 1, at + 3)).toEqual(["  exec failed", "  exit 1"]);
  },
);
