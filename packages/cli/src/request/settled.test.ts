import { existsSync } from "node:fs";
import { join } from "node:path";
import { heldVariable, loadInventoryWithRequests, withoutHeld } from "@allmende/requests";
import { describe, expect, it } from "vitest";
import { revertCommand } from "../commands/revert.js";
import { recordingContext } from "../testing.js";
import { checkChange } from "./check.js";
import { readRequested } from "./requested.js";
import { settleRequested } from "./settled.js";
import { MemberRepository, siteRequest } from "./testing/member-repository.js";

const nowMs = Date.parse("2026-11-30T12:00:00Z");
const ben = { member: "ben", askedBy: "ben@example.org" };

/** Requests that were merged one after the other, though the branches knew nothing of each other. */
async function merged(...requests: readonly (readonly [id: string, text: string])[]) {
  const repository = await MemberRepository.begin();
  for (const [id, text] of requests) await repository.branch("anna", id, { [`requests/${id}.yaml`]: text });
  for (const [id] of requests) await repository.merge("hanna", id);
  return repository;
}

async function settle({ directory }: MemberRepository, at = nowMs) {
  const { held, files } = await settleRequested(readRequested(directory), { nowMs: at });
  const loaded = loadInventoryWithRequests(directory, files, at);
  const services = loaded.ok ? loaded.value.services.map(({ name }) => name) : loaded.findings;
  return {
    held: held.map(({ request }) => request.id),
    services,
    problems: held.map(({ problems }) => problems("de")),
  };
}

describe("of requests that do not go together, those that were merged later wait:", () => {
  it("one name", async () => {
    const first = siteRequest("anna-blog", "port: 8090", { askedAt: "2026-11-24T15:30:00Z" });
    // Whoever writes an earlier time into a file is no earlier.
    const second = siteRequest("anna-blog", "port: 8091", { ...ben, askedAt: "2026-11-20T15:30:00Z" });
    const third = siteRequest("anna-shop", "port: 8092");
    const result = await settle(await merged(["one", first], ["two", second], ["three", third]));
    expect(result).toMatchObject({ held: ["two"], services: ["anna-blog", "anna-shop", "ben-site"] });
    expect(result.problems[0]?.join()).toMatch(/„anna-blog“ ist vergeben \(requests\/one\.yaml\)/);
  });

  it("one port", async () => {
    const result = await settle(
      await merged(["b", siteRequest("anna-blog", "port: 8090")], ["a", siteRequest("a-shop", "port: 8090", ben)]),
    );
    expect(result).toMatchObject({ held: ["a"], services: ["anna-blog", "ben-site"] });
    expect(result.problems).toEqual([["Port 8090/tcp von web1 ist vergeben (anna-blog): wähle einen anderen"]]);
  });

  it("one domain, on whichever host", async () => {
    const app = (service: string, host: string, domain: string) =>
      siteRequest(service, `domain: ${domain}, port: 8091, ram: 256MiB`, { template: "forgejo", host });
    const result = await settle(
      await merged(
        ["one", app("anna-one", "web1", "shop.example.org")],
        ["two", app("anna-two", "web2", "shop.example.org")],
      ),
    );
    expect(result).toMatchObject({ held: ["two"] });
    expect(result.problems[0]?.join()).toMatch(/shop\.example\.org ist vergeben \(anna-one\)/);
  });

  it("the last RAM, and what builds on it; what is smaller and came later still fits", async () => {
    const big = (service: string, port: number) => siteRequest(service, `port: ${port}, ram: 200MiB`);
    const change = siteRequest("anna-two", "ram: 210MiB", {
      ...{ change: "change", askedAt: "2026-11-24T16:00:00Z" },
      ...{ template: undefined, host: undefined, level: undefined },
    });
    const repository = await merged(
      ["one", big("anna-one", 8091)],
      ["two", big("anna-two", 8092)],
      ["three", change],
      ["four", siteRequest("anna-four", "port: 8094")],
    );
    const result = await settle(repository);
    expect(result).toMatchObject({ held: ["two", "three"], services: ["anna-four", "anna-one", "ben-site"] });
    expect(result.problems[0]?.join()).toMatch(/passt nicht auf web1.*passt es auf: web2/);
  });

  it("also before the day on which the first begins", async () => {
    const result = await settle(
      await merged(
        ["one", siteRequest("anna-one", "port: 8090", { date: "2026-12-10" })],
        ["two", siteRequest("anna-two", "port: 8090", { date: "2026-12-01" })],
      ),
      Date.parse("2026-12-05T12:00:00Z"),
    );
    expect(result).toMatchObject({ held: ["two"], services: ["ben-site"] });
  });

  it("and come into effect once the others end", async () => {
    const end = siteRequest("anna-one", "", {
      ...{ change: "end", date: "2026-11-29", askedAt: "2026-11-25T10:00:00Z" },
      ...{ template: undefined, host: undefined, level: undefined, values: undefined },
    });
    const result = await settle(
      await merged(
        ["one", siteRequest("anna-one", "port: 8090")],
        ["two", siteRequest("anna-two", "port: 8090")],
        ["three", end],
      ),
    );
    expect(result).toMatchObject({ held: [], services: ["anna-two", "ben-site"] });
  });
});

it("holds nothing when the hostmasters' own files are wrong", async () => {
  const repository = await merged(["one", siteRequest("anna-one", "port: 8090")]);
  await repository.commit("hanna", { "services/x.yaml": "member: nobody\n" });
  expect((await settle(repository)).held).toEqual([]);
});

it("tells the program by the environment", () => {
  const files = new Map([
    ["requests/a.yaml", ""],
    ["requests/b.yaml", ""],
    ["hosts.yaml", ""],
  ]);
  expect([...withoutHeld(files, { [heldVariable]: "a,c" }).keys()]).toEqual(["requests/b.yaml", "hosts.yaml"]);
  expect(withoutHeld(files, {})).toEqual(files);
});

describe("while a request waits", () => {
  const waiting = async () =>
    await merged(["one", siteRequest("anna-one", "port: 8090")], ["two", siteRequest("anna-two", "port: 8090")]);
  const check = async ({ directory }: MemberRepository) =>
    (await checkChange({ folder: directory, requests: [], base: "main", language: "en" }, nowMs)).findings;

  it("others are checked as ever", async () => {
    const repository = await waiting();
    await repository.branch("anna", "more", { "requests/c.yaml": siteRequest("anna-c", "port: 8093") });
    expect(await check(repository)).toEqual([]);
  });

  it("its member takes it back, and nobody else does", async () => {
    const repository = await waiting();
    await repository.branch("ben", "foreign", { "requests/two.yaml": { gone: true } });
    expect(await check(repository)).toMatchObject([{ file: "requests/two.yaml" }]);
    await repository.git("anna", "checkout", "-q", "-b", "back", "main");
    const context = recordingContext();
    const command = revertCommand(context).exitOverride();
    await command.parseAsync(["two", "-f", repository.directory, "--lang", "de"], { from: "user" });
    expect(context.written.err).toMatch(/er wartet und galt noch nie; gelöscht: .*two\.yaml\nweiter: .*committen/);
    expect(existsSync(join(repository.directory, "requests/two.yaml"))).toBe(false);
    await repository.commit("anna", {});
    expect(await check(repository)).toEqual([]);
  });
});
