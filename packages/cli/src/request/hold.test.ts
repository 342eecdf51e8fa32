import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { held, run } from "./testing/held-two.js";
import { MemberRepository, siteRequest } from "./testing/member-repository.js";

let repository: MemberRepository;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-30T12:00Z") });
  repository = await MemberRepository.begin();
  for (const [id, service] of [
    ["one", "anna-one"],
    ["two", "anna-two"],
  ] as const) {
    await repository.branch("anna", id, { [`requests/${id}.yaml`]: siteRequest(service, "port: 8090") });
  }
  await repository.merge("hanna", "one");
  await repository.merge("hanna", "two");
});

afterEach(() => vi.useRealTimers());

describe("two accepted requests that do not go together", () => {
  test.each([
    ["check", 6],
    ["windows", 0],
    ["calendar", 0],
    ["capacity", 0],
  ])("%s goes on without the later one, and says so", async (command, exitCode) => {
    const shown = await run(command, repository.directory);
    expect(shown).toMatchObject({ exitCode });
    expect(shown.err).toMatch(
      /^warning: request two \(anna-two of anna\) waits.*\n {2}port 8090.*\n {2}next: .*allmende revert two/,
    );
    const { out } = await run(command, repository.directory, "--json");
    expect(JSON.parse(out)).toMatchObject({ ok: true, held: [held] });
  });

  test("calendar: approved is confirmed, what is not and what waits is tentative", async () => {
    await repository.branch("anna", "three", { "requests/three.yaml": siteRequest("anna-three", "port: 8093") });
    await repository.git("hanna", "checkout", "-q", "main");
    const trailers = "Approved-by: Hanna <hanna@example.org>\nSigned-off-by: hanna <hanna@example.org>";
    await repository.git("hanna", "merge", "-q", "--no-ff", "-m", `Merge three\n\n${trailers}`, "three");
    vi.setSystemTime(Date.parse("2026-11-28T12:00Z"));
    const events = (await run("calendar", repository.directory)).out.split("BEGIN:VEVENT");
    const statusOf = (summary: string) =>
      events.find((event) => event.includes(`SUMMARY:${summary}\r\n`))?.match(/^STATUS:(.*)\r$/m)?.[1];
    expect(statusOf("New: anna-three")).toBe("CONFIRMED");
    expect(statusOf("New: anna-one")).toBe("TENTATIVE");
    expect(statusOf("New: anna-two (waits)")).toBe("TENTATIVE");
  });

  test("of one that does not fit by itself, nobody says that others came first", async () => {
    const request = siteRequest("anna-three", "image: registry.example.org/site:1, port: 8093");
    await repository.commit("hanna", { "requests/three.yaml": request });
    expect((await run("check", repository.directory)).err).toMatch(
      /request three \(anna-three of anna\) waits, since it does not fit as things are:\n {2}comes from a registry that is not allowed/,
    );
  });

  test("check counts what waits, and does not call it ok", async () => {
    const { out } = await run("check", repository.directory);
    expect(out).toBe(
      "ok but for what waits: 2 hosts, 2 members, 2 services, 0 patch windows, 2 requests (1 of them waits)\n",
    );
  });

  test("what builds on one that waits says so", async () => {
    const keys = { change: "change", askedAt: "2026-11-25T10:00:00Z", template: undefined, host: undefined };
    await repository.commit("hanna", {
      "requests/more.yaml": siteRequest("anna-two", "ram: 96MiB", { ...keys, level: undefined }),
    });
    expect((await run("check", repository.directory)).err).toContain(
      'request more (anna-two of anna) waits, since it does not fit as things are:\n  builds on "anna-two", which is not there yet: request two, which makes it, waits itself\n',
    );
  });

  test("nothing was generated for it, which is no reason to say that it does not exist", async () => {
    await repository.commit("hanna", {
      ...{ "Pulumi.yaml": "name: coop\nruntime: nodejs\n", "Pulumi.prod.yaml": "config: {}\n", "index.mjs": "" },
    });
    await expect(run("request", "secrets", "two", "-f", repository.directory)).rejects.toMatchObject({
      code: "request-waits",
      message: expect.stringMatching(/^request two waits.*\n {2}port 8090/),
      nextStep: expect.stringContaining("allmende revert two"),
    });
  });

  test("other mistakes end `check` as ever, and are told beside it", async () => {
    await repository.commit("hanna", {
      "members/anna.yaml": `${readFileSync(join(repository.directory, "members/anna.yaml"), "utf8")}colour: red\n`,
    });
    expect((await run("check", repository.directory)).exitCode).toBe(2);
  });
});
