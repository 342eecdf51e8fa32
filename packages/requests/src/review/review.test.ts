import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { LoadedInventory } from "@allmende/model";
import { afterEach, expect, it } from "vitest";
import { judgeReview } from "./approval.js";
import { type Forge, forgeOf, readForgeReview } from "./forge.js";
import { reviewOfTrailers } from "./trailers.js";

const inventory = {
  members: [
    { name: "anna", number: 1, email: "anna@example.org" },
    { name: "ben", number: 2, email: "ben@example.org" },
  ],
  mail: { hostmasters: ["host@example.org"] },
  work: { approvals: 1, people: { anna: ["anna-login"], ben: ["ben-login"] } },
} as unknown as LoadedInventory;

const merged = [
  { id: "a".repeat(40), authorEmail: "anna@example.org", committerEmail: "anna@example.org", trailers: [] },
];
const merge = (committerEmail: string, ...trailers: string[]) => ({
  id: "b".repeat(40),
  authorEmail: committerEmail,
  committerEmail,
  trailers,
});
const verdict = (committer: string, ...trailers: string[]) =>
  judgeReview(reviewOfTrailers(merge(committer, ...trailers), merged), inventory);

it("counts what whoever merged signs off", () => {
  const signed = "Signed-off-by: Ben <ben@example.org>";
  expect(verdict("ben@example.org", "Approved-by: Ben <ben@example.org>", signed)).toMatchObject({
    approved: true,
    by: ["ben@example.org"],
  });
  expect(verdict("ben@example.org", "Approved-by: Ben <ben@example.org>").approved).toBe(false);
  expect(verdict("ben@example.org", "Approved-by: Eve <eve@example.org>", signed)).toMatchObject({
    approved: false,
    ignored: [{ who: "eve@example.org", why: "unknown" }],
  });
});

it("never counts whoever wrote it, under none of their names", () => {
  const signed = "Signed-off-by: Ben <ben@example.org>";
  expect(verdict("ben@example.org", "Approved-by: Anna <anna@example.org>", signed)).toMatchObject({
    approved: false,
    ignored: [{ why: "author" }],
  });
  expect(verdict("ben@example.org", "Approved-by: anna-login", signed).approved).toBe(false);
  expect(
    verdict("anna@example.org", "Approved-by: Ben <ben@example.org>", "Signed-off-by: Anna <anna@example.org>")
      .approved,
  ).toBe(false);
});

it("takes an override of a hostmaster, with name and reason, and of nobody else", () => {
  const by = (who: string) => [`Override-by: ${who}`, "Override-reason: the shop is down", `Signed-off-by: X <${who}>`];
  expect(verdict("host@example.org", ...by("host@example.org"))).toMatchObject({
    approved: true,
    override: { by: "host@example.org", reason: "the shop is down" },
  });
  expect(verdict("ben@example.org", ...by("ben@example.org")).approved).toBe(false);
  expect(
    verdict(
      "ben@example.org",
      "Override-by: host@example.org",
      "Override-reason: x",
      "Signed-off-by: B <ben@example.org>",
    ).approved,
  ).toBe(false);
});

let server: Server | undefined;
afterEach(() => server?.close());

/** Answers of a forge by path; `hits` are the tokens that came along. */
async function forge(
  kind: Forge["kind"],
  answers: Readonly<Record<string, unknown>>,
): Promise<{ at: Forge; hits: unknown[] }> {
  const hits: unknown[] = [];
  server = createServer((request, response) => {
    hits.push(request.headers.authorization ?? request.headers["private-token"]);
    const answer = answers[(request.url ?? "").replace(/\?.*$/, "")];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    hits,
    at: { kind, api: `http://127.0.0.1:${port}`, repository: kind === "gitlab" ? "7" : "coop/inventory", token: "t" },
  };
}

const pull = {
  number: 3,
  html_url: "https://forge/3",
  merged_at: "2026-11-24T16:00:00Z",
  user: { login: "anna-login" },
  head: { sha: "c1" },
};
const review = (login: string, state: string, commit_id = "c1", more = {}) => ({
  user: { login },
  state,
  commit_id,
  ...more,
});
const commitsOfPull = [{ author: { login: "anna-login" }, commit: { author: { email: "anna@example.org" } } }];

it.each([
  ["an approval", [review("ben-login", "APPROVED")], true],
  ["an approval of an earlier version", [review("ben-login", "APPROVED", "c0")], false],
  ["one's own approval", [review("anna-login", "APPROVED")], false],
  ["an approval that was taken back", [review("ben-login", "APPROVED"), review("ben-login", "DISMISSED")], false],
  [
    "changes that were asked for",
    [review("ben-login", "APPROVED"), review("host@example.org", "CHANGES_REQUESTED")],
    false,
  ],
])("reads %s at GitHub", async (_, reviews, approved) => {
  const { at, hits } = await forge("github", {
    "/repos/coop/inventory/commits/m/pulls": [pull],
    "/repos/coop/inventory/pulls/3/reviews": reviews,
    "/repos/coop/inventory/pulls/3/commits": commitsOfPull,
  });
  const found = await readForgeReview(at, "m");
  if (found === undefined) throw new Error("no review");
  expect(judgeReview(found, inventory).approved).toBe(approved);
  expect(new Set(hits)).toEqual(new Set(["Bearer t"]));
});

it("reads Forgejo's and GitLab's approvals, and nothing where a commit came with no change", async () => {
  const forgejo = await forge("forgejo", {
    "/repos/coop/inventory/commits/m/pull": pull,
    "/repos/coop/inventory/pulls/3/reviews": [
      review("ben-login", "APPROVED", "c1", { stale: false, dismissed: false }),
    ],
    "/repos/coop/inventory/pulls/3/commits": commitsOfPull,
  });
  expect((await readForgeReview(forgejo.at, "m"))?.approvers).toEqual(["ben-login"]);
  expect(await readForgeReview(forgejo.at, "other")).toBeUndefined();
  server?.close();
  const gitlab = await forge("gitlab", {
    "/projects/7/repository/commits/m/merge_requests": [
      { iid: 5, state: "merged", web_url: "https://lab/5", author: { username: "anna-login" } },
    ],
    "/projects/7/merge_requests/5/approvals": { approved_by: [{ user: { username: "ben-login" } }] },
    "/projects/7/merge_requests/5/commits": [{ author_email: "anna@example.org" }],
  });
  expect(await readForgeReview(gitlab.at, "m")).toMatchObject({
    approvers: ["ben-login"],
    authors: ["anna-login", "anna@example.org"],
  });
});

it("knows each forge by what its CI sets", () => {
  const github = { GITHUB_API_URL: "https://api.github.com", GITHUB_REPOSITORY: "coop/inventory" };
  expect(forgeOf(github)?.kind).toBe("github");
  expect(forgeOf({ ...github, GITHUB_API_URL: "https://code.example.org/api/v1" })?.kind).toBe("forgejo");
  expect(forgeOf({ CI_API_V4_URL: "https://lab/api/v4", CI_PROJECT_ID: "7" })?.kind).toBe("gitlab");
  expect(forgeOf({})).toBeUndefined();
});

it("tells which trailers do not count, and why", () => {
  const approval = "Approved-by: Ben <ben@example.org>";
  const whyOf = (committer: string, ...trailers: string[]) => verdict(committer, ...trailers).ignored;
  expect(whyOf("ben@example.org", approval)).toEqual([{ who: "ben@example.org", why: "unsigned", trailer: approval }]);
  expect(whyOf("anna@example.org", approval, "Signed-off-by: Anna <anna@example.org>")).toMatchObject([
    { why: "own-merge" },
  ]);
  const [by, reason, signed] = [
    "Override-by: host@example.org",
    "Override-reason: the shop is down",
    "Signed-off-by: H <host@example.org>",
  ];
  expect(whyOf("host@example.org", by, signed)).toMatchObject([{ why: "no-reason", trailer: by }]);
  expect(whyOf("host@example.org", by, reason)).toMatchObject([{ why: "unsigned" }]);
  expect(whyOf("ben@example.org", by, reason, "Signed-off-by: B <ben@example.org>")).toMatchObject([
    { why: "not-merged" },
  ]);
  expect(whyOf("host@example.org", by, reason, signed)).toEqual([]);
});
