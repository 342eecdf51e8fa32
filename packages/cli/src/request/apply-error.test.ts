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
  expect(problemsFor("anna", error, inventory)).toEqual(["It does not start.", ...log.slice(-12)]);
});

it("shows of a log the start that failed, not the end of what ran before, nor the notes of Podman and systemd", () => {
  const id = "c398f43a8b509d074bbe6358e0bb701d0bd539bc14d8db9295e5d1a849b872ce";
  const event = (what: string) =>
    `2026-11-29 20:27:56.455290561 +0000 UTC m=+0.140309761 container ${what} ${id} (image=x)`;
  const own = ["/bin/sh: exec: line 4: redis-server: not found", "anna-blog.service: Failed with result 'exit-code'."];
  const log = [
    ...["Stopping anna-blog.service - anna-blog of anna...", "User requested shutdown...", event("remove"), id],
    ...["Starting anna-blog.service - anna-blog of anna...", event("create"), event("init"), own[0], event("died")],
    ...[event("remove"), id, "", "anna-blog.service: Killing process 2777 (podman) with signal SIGKILL.", own[1]],
    "anna-blog.service: Consumed 3.460s CPU time, 38.1M memory peak.",
  ].map((line) => `  | ${line}`);
  const failed = { type: "Service", name: "anna-blog", message: ["It does not start.", ...log].join("\n") };
  expect(problemsFor("anna", new ApplyError([failed], { code: "x" }), inventory)).toEqual([
    ...["It does not start.", "  | Starting anna-blog.service - anna-blog of anna..."],
    ...own.map((line) => `  | ${line}`),
  ]);
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
