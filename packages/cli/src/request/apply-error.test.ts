import { UserError } from "@allmende/model";
import { failureNotice, type RequestedInventory } from "@allmende/requests";
import { expect, it } from "vitest";
import { ApplyError, problemOf, problemsFor, withoutLog } from "./apply-error.js";

const urn = (type: string, name: string) =>
  `urn:pulumi:coop::coop::allmende:components:Commons$allmende:index:${type}::${name}`;
const problems = [
  {
    severity: "error",
    urn: urn("Service", "anna-blog"),
    message: "anna-blog does not start.\n  | 12:01 anna's log\nMend it.",
  },
  { severity: "error", urn: urn("Service", "ben-shop"), message: "ben-shop does not start.\n  | ben's log" },
  { severity: "error", urn: urn("Member", "ben-web1"), message: "ben's account" },
  {
    severity: "error",
    urn: "urn:pulumi:coop::coop::pulumi:pulumi:Stack::coop-coop",
    message: "ben-shop.yaml is wrong",
  },
  { severity: "error", urn: urn("Host", "web1"), message: "web1 is full" },
  { severity: "error", message: "the engine ended" },
].map(problemOf);
const failure = new ApplyError(problems, { code: "apply-failed" });
const inventory = {
  services: [
    { name: "anna-blog", member: "anna" },
    { name: "ben-shop", member: "ben" },
  ],
  ended: new Map([["eve-wiki", { member: "eve" }]]),
} as unknown as Pick<RequestedInventory, "services" | "ended">;

it("tells a member of their own services, of hosts and of the whole, and shows nobody somebody else's log", () => {
  expect(problemsFor("anna", failure, inventory)).toEqual([
    ...["anna-blog does not start.", "  | 12:01 anna's log"],
    ...["web1 is full", "the engine ended"],
  ]);
  expect(problemsFor("carl", failure, inventory)).toEqual(["web1 is full", "the engine ended"]);
  const ending = new ApplyError([{ type: "Service", name: "eve-wiki", message: "does not stop" }], { code: "x" });
  expect([problemsFor("eve", ending, inventory), problemsFor("anna", ending, inventory)]).toEqual([
    ["does not stop"],
    [],
  ]);
  // Hostmasters see all of it, in the job.
  expect(failure.message).toContain("ben's log");
});

it("shows a member the end of a log, without what hostmasters do next, and hostmasters no log that they saw already", () => {
  const log = Array.from({ length: 25 }, (_, line) => `  | line ${line}`);
  const failed = { type: "Service", name: "anna-blog", message: ["It does not start.", ...log, "Mend it."].join("\n") };
  const error = new ApplyError([failed], { code: "apply-failed" }, { said: true });
  expect(error.message).toBe("It does not start.\nMend it.");
  expect(problemsFor("anna", error, inventory)).toEqual(["It does not start.", ...log.slice(-8)]);
});

it("says nothing to members of errors of which it does not know whom they concern", () => {
  expect(problemsFor("anna", new UserError("services/ben-shop.yaml: wrong", { code: "x" }), inventory)).toEqual([]);
});

it("takes a failure for the same whatever the log says", () => {
  expect(withoutLog(["does not start.", "  | 12:01 a", "  |", "Mend it."])).toEqual(["does not start.", "Mend it."]);
});

it("says in both languages when the reason is another one than the request", () => {
  const about = { id: "20261124-anna-blog", service: "anna-blog" };
  const text = (language: "de" | "en", of: readonly string[]) =>
    failureNotice(language, { ...about, problems: of }).lines.join("\n");
  expect(text("de", [])).toContain("Der Grund liegt nicht an diesem Antrag");
  expect(text("en", [])).toContain("The reason is not this request");
  for (const language of ["de", "en"] as const) expect(text(language, ["web1 is full"])).not.toMatch(/Grund|reason/);
});
