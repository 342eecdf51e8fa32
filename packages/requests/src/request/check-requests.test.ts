import { expect, it } from "vitest";
import { loadCatalogue } from "../template/catalogue.js";
import type { Template } from "../template/template.js";
import { checkRequests } from "./check-requests.js";
import { loadRequestedInventory } from "./inventory.js";
import { planRevert } from "./revert.js";
import { requestTexts } from "./texts.js";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1k0pM0XQZ8dpkmdJ8Z1ZDkVcM3mQ8L7n0mGq0Jm0aB";
const template = `
title: { de: Seite, en: Site }
help: { de: Eine Seite., en: A site. }
fields:
  domain: { type: domain, label: { de: Name, en: Name }, help: { de: Der Name., en: The name. }, required: false }
  port: { type: port, label: { de: Port, en: Port }, help: { de: Der Port., en: The port. } }
  ram: { type: size, label: { de: RAM, en: RAM }, help: { de: So viel., en: So much. }, minimum: 32MiB, default: 64MiB }
services:
  main:
    image: docker.io/coop/site:1
    ram: { field: ram }
    ports: { web: { host: { field: port }, container: 8080 } }
    environment: { DOMAIN: { field: domain } }
`;
const inventory: Readonly<Record<string, string>> = {
  "hosts.yaml": `web1: { address: a.example.org, hostKey: ${hostKey}, reserve: 256MiB, ram: 768MiB }\nweb2: { address: b.example.org, hostKey: ${hostKey}, reserve: 256MiB, ram: 2GiB, labels: { level: gold } }\n`,
  "members/anna.yaml": "number: 1042\nemail: anna@example.org\n",
  "members/ben.yaml": "number: 1043\nemail: ben@example.org\n",
  "tariff.yaml":
    'currency: EUR\nram: "4.00"\nlastMinuteSurcharge: "25.00"\nlevels:\n  basic: { title: { de: Einfach, en: Basic }, price: "0.10", hosts: all }\n  gold: { title: { de: Gold, en: Gold }, price: "10.00", hosts: { level: gold } }\n',
  "work.yaml":
    "zone: Europe/Berlin\nleadTime: { default: 3d }\nquota: { default: 1GiB }\ndeviation: 20\nrules:\n  - { kind: incident, when: { interrupted: true }, reason: { de: Kaputt, en: Broken } }\n  - { kind: service-request, when: { change: [create, change, end] }, reason: { de: Katalog, en: Catalogue } }\n",
};

const create = (service: string, extra: Readonly<Record<string, string>> = {}, values = "port: 8090") => {
  const keys = {
    member: "anna",
    askedBy: "anna@example.org",
    askedAt: "2026-11-24T15:30:00Z",
    date: "2026-11-28",
    host: "web1",
    level: "basic",
    ...extra,
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  return `change: create\nservice: ${service}\ntemplate: site\n${lines.join("\n")}\nvalues: { ${values} }\n`;
};

function templates(): readonly Template[] {
  const { templates: found, findings } = loadCatalogue([
    { path: "site/template.yaml", text: template },
    { path: "site/README.md", text: "# Site\n\n## Deutsch\n\nEine Seite.\n\n## English\n\nA site.\n" },
  ]);
  expect(findings).toEqual([]);
  return found;
}

function check(
  requests: Readonly<Record<string, string>>,
  ids: readonly string[],
  options: { lang?: "de" | "en"; author?: string } = {},
) {
  const files = new Map(
    Object.entries({
      ...inventory,
      ...Object.fromEntries(Object.entries(requests).map(([id, text]) => [`requests/${id}.yaml`, text])),
    }),
  );
  const authors = new Map(options.author === undefined ? [] : ids.map((id) => [id, [options.author ?? ""]]));
  return checkRequests({
    files,
    ids,
    authors,
    templates: templates(),
    texts: requestTexts[options.lang ?? "en"],
    nowMs: Date.parse("2026-11-24T16:00Z"),
  });
}

const messages = (result: ReturnType<typeof check>) => result.findings.map(({ message }) => message);

it("says what a request does, what it costs, and what is left", () => {
  const { findings, effects } = check({ one: create("anna-blog") }, ["one"]);
  expect(findings).toEqual([]);
  expect(effects[0]).toMatchObject({
    services: [{ service: "anna-blog", host: "web1", ramBeforeBytes: undefined, ramAfterBytes: 64 * 2 ** 20 }],
    price: { before: "0.00", after: "0.35", surcharge: undefined },
    rooms: [{ host: "web1", soldBytes: 240 * 2 ** 20, limitBytes: 512 * 2 ** 20 }],
    kind: "service-request",
    earliest: "2026-11-28",
  });
});

it("charges what is wanted sooner than the lead time", () => {
  const { effects } = check({ one: create("anna-blog", { date: "2026-11-25" }) }, ["one"]);
  expect(effects[0]?.price?.surcharge).toBe("25.00");
});

it.each([
  ["not by the member", { askedBy: "eve@example.org" }, "port: 8090", /eve@example.org may not ask for anna/],
  ["before it was asked", { date: "2026-11-23" }, "port: 8090", /before the day/],
  [
    "a level that the host does not have",
    { level: "gold" },
    "port: 8090",
    /more than web1 offers \(basic\): choose a host that does \(web2\)/,
  ],
  ["a level that nobody has", { level: "iron" }, "port: 8090", /no service level "iron"/],
  ["a host that is not there", { host: "web9" }, "port: 8090", /no host "web9"/],
  [
    "too much for the host",
    {},
    "port: 8090, ram: 400MiB",
    /does not fit on web1: it needs 576 MiB more \(400 MiB and 176 MiB overhead\); 512 MiB are left\. What fits on web1: up to 336 MiB\. It fits as it is on: web2/,
  ],
  ["too much for the quota", { host: "web2" }, "port: 8090, ram: 1100MiB", /may have 1\.0 GiB/],
])("refuses %s", (_, extra, values, message) => {
  const result = check({ one: create("anna-blog", extra, values) }, ["one"]);
  expect(messages(result).join("\n")).toMatch(message);
  for (const finding of result.findings) expect(finding.file).toBe("requests/one.yaml");
});

it("believes the forge, not the file, about who asks", () => {
  expect(messages(check({ one: create("anna-blog") }, ["one"], { author: "eve@example.org" })).join()).toMatch(
    /eve@example.org may not/,
  );
});

it("refuses names and domains that are taken, and services of others", () => {
  const first = create("anna-blog", {}, "port: 8090, domain: blog.example.org");
  const later = { member: "ben", askedBy: "ben@example.org", askedAt: "2026-11-24T15:31:00Z", host: "web2" };
  expect(messages(check({ one: first, two: create("anna-blog", later, "port: 8091") }, ["two"])).join()).toMatch(
    /"anna-blog" is taken by requests\/one\.yaml/,
  );
  expect(
    messages(
      check({ one: first, two: create("ben-blog", later, "port: 8091, domain: blog.example.org") }, ["two"]),
    ).join(),
  ).toMatch(/taken by anna-blog/);
  const end = `change: end\nservice: anna-blog\nmember: ben\naskedBy: ben@example.org\naskedAt: 2026-11-24T15:40:00Z\ndate: 2026-11-28\n`;
  expect(messages(check({ one: first, two: end }, ["two"])).join()).toMatch(/belongs to another member/);
});

it("speaks German as well", () => {
  expect(messages(check({ one: create("anna-blog", { level: "iron" }) }, ["one"], { lang: "de" })).join()).toMatch(
    /keine Dienstgüte „iron“/,
  );
});

it("lets one of two requests for the last RAM win", () => {
  const one = create("anna-blog", {}, "port: 8090, ram: 200MiB");
  const two = create("anna-wiki", { askedAt: "2026-11-24T15:31:00Z" }, "port: 8091, ram: 200MiB");
  expect(check({ one }, ["one"]).findings).toEqual([]);
  expect(check({ two }, ["two"]).findings).toEqual([]);
  const both = check({ one, two }, ["two"]);
  expect(both.findings).toHaveLength(1);
  expect(both.findings[0]).toMatchObject({
    file: "requests/two.yaml",
    message: expect.stringMatching(/does not fit on web1/),
  });
});

it("counts a request from its day on", () => {
  const files = new Map(Object.entries({ ...inventory, "requests/one.yaml": create("anna-blog") }));
  const namesAt = (instant: string) => {
    const loaded = loadRequestedInventory(files, { templates: templates(), nowMs: Date.parse(instant) });
    return loaded.ok ? loaded.value.services.map(({ name }) => name) : loaded.findings;
  };
  expect(namesAt("2026-11-27T22:59:59Z")).toEqual([]);
  expect(namesAt("2026-11-27T23:00:00Z")).toEqual(["anna-blog"]);
});

it("undoes a change with the values before it, and refuses when something builds on it", () => {
  const change = (at: string, ram: string) =>
    `change: change\nservice: anna-blog\nmember: anna\naskedBy: anna@example.org\naskedAt: 2026-11-24T${at}:00Z\ndate: 2026-11-28\nvalues: { ram: ${ram} }\n`;
  const files = new Map(
    Object.entries({
      ...inventory,
      "requests/one.yaml": create("anna-blog"),
      "requests/two.yaml": change("15:40", "96MiB"),
      "requests/three.yaml": change("15:50", "128MiB"),
    }),
  );
  const loaded = loadRequestedInventory(files, { templates: templates(), nowMs: Number.POSITIVE_INFINITY });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
  expect(planRevert(loaded.value.requests, "three")).toMatchObject({
    change: "change",
    values: { ram: "96MiB" },
    reverts: "three",
  });
  expect(() => planRevert(loaded.value.requests, "two")).toThrow(/three builds on it/);
});

it("refuses unknown keys, duplicate ones, aliases and what is no YAML, with their place", () => {
  const texts = [
    create("anna-blog").replace("member:", "membr:"),
    `${create("anna-blog")}member: ben\n`,
    create("anna-blog", {}, "port: &a 8090, ram: *a"),
    "change: [",
    "",
  ];
  for (const text of texts) {
    const { findings } = check({ one: text }, ["one"]);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]?.file).toBe("requests/one.yaml");
    expect(findings[0]?.line).toBeGreaterThan(0);
  }
});

it("tells no price and no effect of what no service comes of", () => {
  const taken = create("anna-blog", { askedAt: "2026-11-24T15:31:00Z" }, "port: 8091");
  const unknown = `change: end\nservice: nothing\nmember: anna\naskedBy: anna@example.org\naskedAt: 2026-11-24T15:40:00Z\ndate: 2026-11-28\n`;
  for (const two of [create("anna-wiki", {}, "port: 80"), taken, unknown]) {
    const { effects, findings } = check({ one: create("anna-blog"), two }, ["one", "two"]);
    expect(findings.map(({ file }) => file)).toEqual(["requests/two.yaml"]);
    expect(effects.map(({ id }) => id)).toEqual(["one"]);
  }
});

it("says of the RAM that is needed what is overhead, and only where there is some", () => {
  const change = `change: change\nservice: anna-blog\nmember: anna\naskedBy: anna@example.org\naskedAt: 2026-11-24T15:40:00Z\ndate: 2026-11-28\nvalues: { ram: 400MiB }\n`;
  const [more] = messages(check({ one: create("anna-blog"), two: change }, ["two"], { lang: "de" }));
  expect(more).toMatch(/^passt nicht auf web1: es braucht 336 MiB mehr; frei sind 272 MiB\./);
  const [fresh] = messages(check({ one: create("anna-blog", {}, "port: 8090, ram: 400MiB") }, ["one"], { lang: "de" }));
  expect(fresh).toMatch(/es braucht 576 MiB mehr \(400 MiB und 176 MiB Overhead\); frei sind 512 MiB\./);
});
