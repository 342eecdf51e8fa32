import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { run } from "./testing/held-two.js";
import { MemberRepository, siteRequest } from "./testing/member-repository.js";

beforeEach(() => vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-30T12:00Z") }));
afterEach(() => vi.useRealTimers());

const trailers = "Approved-by: Hanna <hanna@example.org>\nSigned-off-by: hanna <hanna@example.org>";

it("says after a fast-forward that approvals stand in a merge commit, and after a merge that lacks them nothing of it", async () => {
  const repository = await MemberRepository.begin();
  const { directory } = repository;
  await repository.branch("anna", "one", { "requests/one.yaml": siteRequest("anna-one", "port: 8090") });
  await repository.git("hanna", "checkout", "-q", "main");
  await repository.git("hanna", "merge", "-q", "--ff-only", "one");
  const forwarded = await run("request", "approved", directory);
  expect(forwarded.out).toMatch(/missing {2}one: 0 of 1 approvals .*no merge commit.*git merge --no-ff --signoff/);
  expect((await run("request", "show", "one", "-f", directory)).out).toContain("git merge --no-ff --signoff");
  await repository.branch("anna", "two", { "requests/two.yaml": siteRequest("anna-two", "port: 8091") });
  await repository.merge("hanna", "two");
  const merged = (await run("request", "approved", directory)).out.split("\n").find((line) => line.includes(" two:"));
  expect(merged).toMatch(/0 of 1 approvals/);
  expect(merged).not.toContain("no merge commit");
});

it.each([["--base"], ["--base main --head"]])("names the commit that %s does not find", async (option) => {
  const { directory } = await MemberRepository.begin();
  const check = run("request", "check", "-f", directory, ...option.split(" "), "origin/nix");
  await expect(check).rejects.toThrow(/^there is no commit or branch origin\/nix in /);
});

it.each([
  ["en", /^Takes back `two` \(`anna-two`, new, anna\): it waited, and never took effect\.$/m],
  ["de", /^Nimmt `two` \(`anna-two`, neu, anna\) zurück: der Antrag wartete und wurde nie umgesetzt\.$/m],
])("says in %s that a change takes back what waits", async (lang, said) => {
  const repository = await MemberRepository.begin();
  for (const id of ["one", "two"]) {
    await repository.branch("anna", id, { [`requests/${id}.yaml`]: siteRequest(`anna-${id}`, "port: 8090") });
  }
  for (const id of ["one", "two"]) await repository.merge("hanna", id);
  await repository.branch("anna", "back", { "requests/two.yaml": { gone: true } });
  const args = ["request", "check", "-f", repository.directory, "--base", "main", "--lang", lang];
  const { out, exitCode } = await run(...args);
  expect(out).toMatch(said);
  expect(exitCode).toBe(0);
  const { removed } = JSON.parse((await run(...args, "--json")).out);
  expect(removed).toEqual([{ id: "two", change: "create", member: "anna", about: "anna-two", wasHeld: true }]);
});

it("says beside the list that approved may be applied where no state of the stack is", async () => {
  const repository = await MemberRepository.begin();
  await repository.branch("anna", "one", { "requests/one.yaml": siteRequest("anna-one", "port: 8090") });
  await repository.git("hanna", "checkout", "-q", "main");
  await repository.git("hanna", "merge", "-q", "--no-ff", "-m", `Merge one\n\n${trailers}`, "one");
  for (const words of [["list"], ["show", "one"]]) {
    const { out, err } = await run("request", ...words, "-f", repository.directory);
    expect(out).toMatch(/one.*approved/);
    expect(err).toMatch(/^note: this is no stack's folder: .*"approved" also stands for what is applied already$/m);
  }
});
