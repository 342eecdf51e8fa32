import { loadInventory } from "@allmende/model";
import { describe, expect, it } from "vitest";
import { germanMessage } from "./findings-german.js";
import { loadRequests } from "./load-requests.js";

const keys = {
  ...{ change: "create", service: "anna-blog", member: "anna", template: "site", host: "web1", level: "basic" },
  ...{ askedBy: "anna@example.org", askedAt: "2026-11-24T15:30:00Z", date: "2026-11-28", values: "{ port: 8090 }" },
};
const request = (changed: Readonly<Record<string, string | undefined>>) =>
  Object.entries({ ...keys, ...changed })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("");
const work = (more: string) =>
  `${request({
    change: "work",
    service: undefined,
    template: undefined,
    host: undefined,
    level: undefined,
    values: undefined,
  })}title: A job\n${more}`;

const wrong = [
  "",
  "''",
  "7",
  "[1]",
  "true",
  `"${"x".repeat(300)}"`,
  '"a\\nb"',
  "Ä",
  "-",
  "2026-02-30",
  "null",
  "{ a: 1 }",
];
const wrongValues = Object.keys(keys).flatMap((key) => wrong.map((value) => request({ [key]: value })));
const texts = [
  ...wrongValues,
  ...Object.keys(keys).map((key) => request({ [key]: undefined })),
  ...["dbus", "podman-x", "a".repeat(60)].map((service) => request({ service })),
  ...["Anna <anna@example.org>", "anna"].map((askedBy) => request({ askedBy })),
  ...["{ port: [1] }", "{ a-b: 1 }", "{ port: *x }", "{ port: &x 1 }", `{ port: ${"x".repeat(10_001)} }`].map(
    (values) => request({ values }),
  ),
  ...[
    "zzzzzz: 1",
    "membr: anna",
    "member: ben",
    "\tx: 1",
    "---\na: 1",
    "a: b: c",
    "x: [",
    'x: "\\q"',
    "x: !t 1",
    "__proto__: 1",
  ].map((line) => `${request({})}${line}\n`),
  ...["kind: { is: holiday, reason: x, by: y }", "kind: { is: incident }", "reverts: ../x"].map(
    (line) => request({}) + line,
  ),
  ...[
    "estimate: 2",
    "estimate: soon",
    "estimate: 9999d",
    "fixedPrice: 450",
    "effort: { a: 1 }",
    "done: maybe",
    "targetDate: soon",
  ].map(work),
  ...["effort: [{ start: now, minutes: 0, by: x }]", `title: ${"x".repeat(300)}`, "interrupted: 1"].map(work),
  ...["text", "- a list", "7", "a: [1\nb: 2", " a: 1\nb: 2", "%", "x: 'y", `# ${"x".repeat(300_000)}`],
];

describe("everything that is said about a member's file", () => {
  it("is said in German as well", () => {
    const files = texts.map((text) => new Map([["requests/a.yaml", text]]));
    const misplaced = [new Map([["requests/sub/a.yaml", ""]]), new Map([["requests/Ä.yaml", ""]])];
    const messages = new Set(
      [...files, ...misplaced].flatMap((each) => loadRequests(each).findings).map((each) => each.message),
    );
    expect(messages.size).toBeGreaterThan(40);
    expect([...messages].filter((message) => germanMessage(message) === undefined)).toEqual([]);
  });

  it("also when it is the inventory that it leads to", () => {
    const service = (member: string, host: string, ram: string, more = "") =>
      `member: ${member}\nhost: ${host}\nimage: docker.io/coop/site:1\nram: ${ram}\n${more}`;
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1k0pM0XQZ8dpkmdJ8Z1ZDkVcM3mQ8L7n0mGq0Jm0aB";
    const loaded = loadInventory(
      new Map([
        ["hosts.yaml", `web1: { address: a.example.org, hostKey: ${key}, reserve: 256MiB, ram: 768MiB, port: 8022 }\n`],
        ["members/anna.yaml", "number: 1042\n"],
        ["services/a.yaml", service("anna", "web1", "64MiB", "ports: { web: 8080, x: 8022 }\nvolumes: { b-c: /x }\n")],
        ["services/a-b.yaml", service("anna", "web1", "64MiB", "ports: { web: 8080 }\nvolumes: { c: /x }\n")],
        ["services/many.yaml", service("anna", "web1", "600MiB")],
        ["services/nobody.yaml", service("anne", "web1", "64MiB")],
        ["services/nowhere.yaml", service("anna", "web9", "64MiB")],
      ]),
    );
    const messages = loaded.ok ? [] : loaded.findings.map(({ message }) => message);
    expect(messages).toHaveLength(6);
    expect(messages.filter((message) => germanMessage(message) === undefined)).toEqual([]);
  });

  it("with amounts as Germans write them, but for the notation of files", () => {
    const said = germanMessage(
      "2 services and 1 member need 3.5 GiB, but 3.0 GiB may be sold (…). Lower allocations by 0.5GiB in total, or move a service to another host",
    );
    expect(said).toMatch(/gebraucht werden 3,5 GiB, vergeben werden dürfen 3,0 GiB; teile insgesamt 0\.5GiB/);
  });
});
