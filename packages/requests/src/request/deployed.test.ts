import { expect, it } from "vitest";
import { loadCatalogue } from "../template/catalogue.js";
import { appliedRequests, type DeployedService } from "./deployed.js";
import { loadRequests } from "./load-requests.js";
import { settleRequests } from "./settle.js";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1k0pM0XQZ8dpkmdJ8Z1ZDkVcM3mQ8L7n0mGq0Jm0aB";
const label = "label: { de: Feld, en: Field }, help: { de: Ein Feld., en: A field. }";
const { templates } = loadCatalogue([
  {
    path: "site/template.yaml",
    text: `title: { de: Seite, en: Site }
help: { de: Eine Seite., en: A site. }
fields:
  port: { type: port, ${label} }
  ram: { type: size, minimum: 32MiB, default: 64MiB, ${label} }
services:
  main:
    image: docker.io/coop/site:1
    ram: { field: ram }
    ports: { web: { host: { field: port }, container: 8080 } }
`,
  },
  { path: "site/README.md", text: "# Site\n\n## Deutsch\n\nEine Seite.\n\n## English\n\nA site.\n" },
]);
const nowMs = Date.parse("2026-11-30T12:00:00Z");

const request = (change: string, service: string, minute: number, values: string, more = "") =>
  `change: ${change}\nservice: ${service}\nmember: anna\naskedBy: anna@example.org\naskedAt: 2026-11-24T15:${minute}:00Z\ndate: 2026-11-28\n${values}${more}`;
const create = (service: string, minute: number, values: string) =>
  request("create", service, minute, `values: { ${values} }\n`, "template: site\nhost: web1\n");
const change = (service: string, minute: number, values: string) =>
  request("change", service, minute, `values: { ${values} }\n`);

function settled(requests: Readonly<Record<string, string>>, there: Readonly<Record<string, number>>, ram = "768MiB") {
  const files = new Map([
    ["hosts.yaml", `web1: { address: a.example.org, hostKey: ${hostKey}, reserve: 256MiB, ram: ${ram} }\n`],
    ["members/anna.yaml", "number: 1042\n"],
    [
      "work.yaml",
      "zone: UTC\nleadTime: { default: 3d }\ndeviation: 20\nrules: [{ kind: service-request, when: { change: [create, change, end] }, reason: { de: Katalog, en: Catalogue } }]\n",
    ],
    ...Object.entries(requests).map(([id, text]) => [`requests/${id}.yaml`, text] as const),
  ]);
  const deployed = new Map(
    Object.entries(there).map(([name, mib], index): [string, DeployedService] => [
      name,
      {
        ...{ member: "anna", host: "web1", image: "docker.io/coop/site:1", ramBytes: mib * 2 ** 20 },
        ports: { web: { host: 8090 + index, container: 8080, protocol: "tcp" } },
      },
    ]),
  );
  const options = { templates, nowMs, zone: "UTC", arrivals: Object.keys(requests), deployed };
  const applied = appliedRequests(files, loadRequests(files).requests, options);
  const { held } = settleRequests(files, { ...options, applied });
  return { applied: [...applied].sort(), held: held.map(({ id }) => id) };
}

const one = create("anna-one", 30, "port: 8090, ram: 200MiB");
const two = create("anna-two", 31, "port: 8091, ram: 200MiB");

it("holds what came later where nothing runs yet", () => {
  expect(settled({ one, two }, {})).toEqual({ applied: [], held: ["two"] });
});

it("never takes away what runs, whoever came first", () => {
  expect(settled({ two, one }, { "anna-one": 200 })).toEqual({ applied: ["one"], held: ["two"] });
});

it("holds nothing when what runs does not go together any more: that is the hostmasters' to solve", () => {
  expect(settled({ one, two }, { "anna-one": 200, "anna-two": 200 })).toEqual({ applied: ["one", "two"], held: [] });
  expect(settled({ one }, { "anna-one": 200 }, "300MiB")).toEqual({ applied: ["one"], held: [] });
});

it("holds a change that does not fit, and leaves those that were made", () => {
  const more = change("anna-one", 40, "ram: 240MiB");
  const most = change("anna-one", 41, "ram: 900MiB");
  expect(settled({ one, more, most }, { "anna-one": 240 })).toEqual({ applied: ["more", "one"], held: ["most"] });
  expect(settled({ one, most }, { "anna-one": 200 })).toEqual({ applied: ["one"], held: ["most"] });
});

it("takes what looks like no state that requests led to for applied", () => {
  const most = change("anna-one", 41, "ram: 900MiB");
  expect(settled({ one, most }, { "anna-one": 77 })).toEqual({ applied: ["most", "one"], held: [] });
});
