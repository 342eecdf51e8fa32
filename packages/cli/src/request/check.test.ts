import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkChange } from "./check.js";
import { type Changes, MemberRepository, siteRequest } from "./testing/member-repository.js";

const nowMs = Date.parse("2026-11-24T16:00:00Z");
const good = siteRequest("anna-blog", "port: 8090");
const accepted = { "requests/first.yaml": siteRequest("anna-shop", "port: 8070") };

async function check(
  changes: Changes,
  { who = "anna", author, before = accepted }: { who?: string; author?: string; before?: Record<string, string> } = {},
) {
  const repository = await MemberRepository.begin(before);
  await repository.branch(who, "wish", changes);
  const options = { folder: repository.directory, requests: [], base: "main", author, language: "en" } as const;
  return await checkChange(options, nowMs);
}

/** `file:line field: message` */
async function findings(...args: Parameters<typeof check>): Promise<string[]> {
  const { findings: found } = await check(...args);
  return found.map(({ file, line, path, message }) => `${file}:${line} ${path.join(".")}: ${message}`);
}

it("accepts a member's request, and says what it does", async () => {
  const { findings: found, effects } = await check({ "requests/a.yaml": good });
  expect(found).toEqual([]);
  expect(effects).toMatchObject([{ id: "a", service: "anna-blog", member: "anna" }]);
});

it.each<[string, Changes, RegExp]>([
  [
    "a symbolic link in the place of a request",
    { "requests/a.yaml": { link: "../members/ben.yaml" } },
    /^requests\/a\.yaml:1 : .*leads elsewhere.*write a file$/,
  ],
  [
    "a link in the place of a member",
    { "members/eve.yaml": { link: "/etc/passwd" } },
    /^members\/eve\.yaml:1 : .*leads elsewhere/,
  ],
  [
    "a folder that is a link",
    { blackouts: { link: "members" } },
    /^blackouts:1 : .*take blackouts out, or ask a hostmaster/,
  ],
  [
    "what is not UTF-8",
    { "requests/a.yaml": Uint8Array.of(0x63, 0xff, 0xfe) },
    /^requests\/a\.yaml:1 : .*not text in UTF-8: save it as UTF-8/,
  ],
  [
    "another member's file",
    { "requests/a.yaml": good, "members/ben.yaml": "number: 1043\nemail: anna@example.org\n" },
    /^members\/ben\.yaml:1 : .*take members\/ben\.yaml out/,
  ],
  [
    "one's own member file",
    { "members/anna.yaml": "number: 1042\nemail: anna@example.org\npeople: x\n" },
    /^members\/anna\.yaml:1 : .*take members\/anna\.yaml out/,
  ],
  [
    "a service past the requests",
    { "services/anna-x.yaml": "member: anna\nhost: web1\nimage: docker.io/library/site:1\nram: 64MiB\n" },
    /^services\/anna-x\.yaml:1 : .*take services\/anna-x\.yaml out/,
  ],
  [
    "the template that it uses",
    { "templates/static-site/template.yaml": "x", "requests/a.yaml": good },
    /^templates\/static-site\/template\.yaml:1 : .*ask a hostmaster/,
  ],
  [
    "a workflow of CI",
    { ".github/workflows/x.yml": "x", "requests/a.yaml": good },
    /^\.github\/workflows\/x\.yml:1 : .*ask a hostmaster/,
  ],
  [
    "a request that was accepted",
    { "requests/first.yaml": siteRequest("anna-shop", "port: 8071") },
    /^requests\/first\.yaml:1 : .*accepted before and stays as it is/,
  ],
  [
    "one that was accepted, taken away",
    { "requests/first.yaml": { gone: true } },
    /^requests\/first\.yaml:1 : .*accepted before and stays as it is/,
  ],
  [
    "requests of several members",
    {
      "requests/a.yaml": good,
      "requests/b.yaml": siteRequest("ben-blog", "port: 8091", { member: "ben", askedBy: "ben@example.org" }),
    },
    /^requests\/b\.yaml:3 member: .*of several: anna, ben; make one change for each/,
  ],
  [
    "a path as a name",
    { "requests/a.yaml": siteRequest("../../members/ben", "port: 8090") },
    /^requests\/a\.yaml:2 service: "\.\.\/\.\.\/members\/ben" cannot name a service/,
  ],
  [
    "a path as another member",
    { "requests/a.yaml": siteRequest("anna-blog", "port: 8090", { member: "../members/ben" }) },
    /^requests\/a\.yaml:3 member: must be the name of a member/,
  ],
  [
    "a place below the requests",
    { "requests/sub/a.yaml": good },
    /^requests\/sub\/a\.yaml:1 : is no place of a request: requests\/ID\.yaml/,
  ],
  [
    "a YAML bomb",
    { "requests/a.yaml": `a: &a [${"1,".repeat(9)}]\nb: &b [${"*a,".repeat(9)}]\nc: [${"*b,".repeat(9)}]\n` },
    /^requests\/a\.yaml:\d+ : .*anchor or an alias.*write it out/,
  ],
  [
    "a file without end",
    { "requests/a.yaml": `${good}# ${"x".repeat(1024 * 1024)}` },
    /^requests\/a\.yaml:1 : is too long: at most/,
  ],
  [
    "anchors and aliases",
    { "requests/a.yaml": siteRequest("anna-blog", "port: &p 8090, ram: *p") },
    /^requests\/a\.yaml:10 : .*anchor or an alias.*write it out/,
  ],
  [
    "a key that stands there twice",
    { "requests/a.yaml": `${good}member: ben\n` },
    /^requests\/a\.yaml:11 : "member" stands here twice: remove one/,
  ],
  [
    "a key that there is not",
    { "requests/a.yaml": good.replace("host:", "hots:") },
    /^requests\/a\.yaml:5 hots: is not a known key \(did you mean "host"\?\)/,
  ],
  [
    "somebody who is not the member",
    { "requests/a.yaml": siteRequest("ben-blog", "port: 8091", { member: "ben", askedBy: "ben@example.org" }) },
    /^requests\/a\.yaml:7 askedBy: anna@example\.org may not ask for ben: .*members\/ben\.yaml/,
  ],
  [
    "mail about it to somebody else",
    { "requests/a.yaml": siteRequest("anna-blog", "port: 8090", { askedBy: "eve@example.org" }) },
    /^requests\/a\.yaml:7 askedBy: eve@example\.org may not ask for anna/,
  ],
  [
    "more than the quota",
    { "requests/a.yaml": siteRequest("anna-blog", "port: 8090, ram: 1500MiB", { host: "web2" }) },
    /^requests\/a\.yaml:10 values: .*may have 1\.0 GiB: 960 MiB more at most; ask for less, or for a greater quota/,
  ],
  [
    "a level above the host's",
    { "requests/a.yaml": siteRequest("anna-blog", "port: 8090", { level: "gold" }) },
    /^requests\/a\.yaml:6 level: "gold" is more than web1 offers \(basic\): choose a host that does \(web2\) or a lower level/,
  ],
  [
    "a name that is taken by a request",
    { "requests/a.yaml": siteRequest("anna-shop", "port: 8090", { askedAt: "2026-11-24T15:40:00Z" }) },
    /^requests\/a\.yaml:2 service: .*"anna-shop" is taken by requests\/first\.yaml: choose another one/,
  ],
  [
    "a name that was taken, dated back",
    { "requests/a.yaml": siteRequest("anna-shop", "port: 8090", { askedAt: "2026-11-20T15:40:00Z" }) },
    /^requests\/a\.yaml:2 service: .*"anna-shop" is taken by requests\/first\.yaml/,
  ],
  [
    "a name that a file of the inventory has",
    { "requests/a.yaml": siteRequest("ben-site", "port: 8090") },
    /^requests\/a\.yaml:2 service: .*"ben-site" is taken by services\/ben-site\.yaml: choose another one/,
  ],
  [
    "a port that is taken",
    { "requests/a.yaml": siteRequest("anna-blog", "port: 8080") },
    /^requests\/a\.yaml:10 values\.port: port 8080\/tcp of web1 is taken \(ben-site\): choose another one/,
  ],
  [
    "the end of another member's service",
    {
      "requests/a.yaml": siteRequest("anna-shop", "", {
        ...{ change: "end", member: "ben", askedBy: "ben@example.org", askedAt: "2026-11-24T15:40:00Z" },
        ...{ template: undefined, host: undefined, level: undefined, values: undefined },
      }),
    },
    /^requests\/a\.yaml:2 service: .*"anna-shop" belongs to another member/,
  ],
])("refuses %s, with its place and how to mend it", async (_, changes, expected) => {
  const found = await findings(changes);
  expect(
    found.filter((each) => expected.test(each)),
    found.join("\n"),
  ).toHaveLength(1);
});

it("refuses a domain that leads elsewhere already", async () => {
  const wordpress = (service: string, port: number) =>
    siteRequest(service, `domain: blog.example.org, port: ${port}`, { template: "nextcloud", host: "web2" });
  const found = await findings(
    { "requests/b.yaml": wordpress("anna-two", 8101) },
    { before: { "requests/first.yaml": wordpress("anna-one", 8100) } },
  );
  expect(found.join("\n")).toMatch(/^requests\/b\.yaml:10 values\.domain: blog\.example\.org is taken by anna-one/m);
});

it("refuses a repository in the place of a request", async () => {
  const repository = await MemberRepository.begin();
  await repository.branch("anna", "wish", {});
  const head = await repository.git("anna", "rev-parse", "HEAD");
  await repository.git("anna", "update-index", "--add", "--cacheinfo", `160000,${head},requests/a.yaml`);
  await repository.git("anna", "commit", "-q", "-m", "Change");
  const options = { folder: repository.directory, requests: [], base: "main", language: "en" } as const;
  const { findings: found } = await checkChange(options, nowMs);
  expect(found).toMatchObject([{ file: "requests/a.yaml", message: expect.stringMatching(/leads elsewhere/) }]);
});

it("lets hostmasters change what is theirs, by what main says about them", async () => {
  const mail =
    "from: { name: Coop, address: coop@example.org }\nsmtp: { host: mail.example.org, port: 587, tls: starttls }\nlanguage: en\nquestions: coop@example.org\nhostmasters: [hanna@example.org]\n";
  const member = { "members/cora.yaml": "number: 1044\nemail: cora@example.org\n" };
  expect(await findings(member, { who: "hanna", before: { "mail.yaml": mail } })).toEqual([]);
  const own = { ...member, "mail.yaml": mail.replace("hanna", "anna") };
  expect(await findings(own, { who: "anna", before: { "mail.yaml": mail } })).toHaveLength(2);
});

it("believes the forge about who asks, and not the commits", async () => {
  const asAnna = { "requests/a.yaml": good };
  expect(await findings(asAnna, { author: "eve" })).toEqual([
    expect.stringMatching(/^requests\/a\.yaml:7 askedBy: eve may not ask for anna/),
  ]);
});

it("says when it cannot be merged", async () => {
  const repository = await MemberRepository.begin(accepted);
  await repository.branch("anna", "wish", { "requests/a.yaml": good });
  await repository.git("hanna", "checkout", "-q", "main");
  await repository.commit("hanna", { "requests/a.yaml": siteRequest("anna-other", "port: 8099") });
  await repository.git("anna", "checkout", "-q", "wish");
  const options = { folder: repository.directory, requests: [], base: "main", language: "de" } as const;
  expect((await checkChange(options, nowMs)).findings).toMatchObject([
    { message: expect.stringMatching(/neuesten Stand/) },
  ]);
});

/** A repository of which no commit has hosts.yaml, with a member's request on a branch. */
async function withIgnoredHosts(): Promise<MemberRepository> {
  const repository = await MemberRepository.begin({ ".gitignore": "/hosts.yaml\n" });
  await repository.branch("anna", "wish", { "requests/a.yaml": good });
  return repository;
}

it("takes hosts.yaml from the folder where git ignores it", async () => {
  const { directory } = await withIgnoredHosts();
  const options = { folder: directory, requests: [], base: "main", language: "en" } as const;
  expect(await checkChange(options, nowMs)).toMatchObject({ findings: [], hostsFromFolder: true });
});

it("says that git ignores hosts.yaml where it is not in the folder either", async () => {
  const { directory } = await withIgnoredHosts();
  rmSync(join(directory, "hosts.yaml"));
  const options = { folder: directory, requests: [], base: "main", language: "en" } as const;
  const { findings: found } = await checkChange(options, nowMs);
  const ofHosts = found.filter(({ file }) => file === "hosts.yaml").map(({ message }) => message);
  expect(ofHosts).toEqual([expect.stringMatching(/in no commit, since git ignores it.*take it out of \.gitignore/)]);
});

it("does not take hosts.yaml from the folder when a change deletes and ignores it", async () => {
  const found = await findings({ "hosts.yaml": { gone: true }, ".gitignore": "hosts.yaml\n", "requests/a.yaml": good });
  expect(found).toContainEqual(expect.stringMatching(/^hosts\.yaml:1 : is missing/));
});
