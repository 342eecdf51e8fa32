import { loadCatalogue } from "../../template/catalogue.js";
import { checkRequests } from "../check-requests.js";
import { loadRequestedInventory, type RequestedInventory } from "../inventory.js";
import { requestTexts } from "../texts.js";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1k0pM0XQZ8dpkmdJ8Z1ZDkVcM3mQ8L7n0mGq0Jm0aB";
const template = `
title: { de: Seite, en: Site }
help: { de: Eine Seite., en: A site. }
fields:
  port: { type: port, label: { de: Port, en: Port }, help: { de: Der Port., en: The port. } }
  ram: { type: size, label: { de: RAM, en: RAM }, help: { de: So viel., en: So much. }, minimum: 32MiB, default: 48MiB }
services:
  main:
    image: docker.io/coop/site:1
    ram: { field: ram }
    ports: { web: { host: { field: port }, container: 8080 } }
`;

/** web1 sells 512 MiB; a RAM of 48 MiB costs 0.19 a month, a level costs nothing. */
const inventory: Readonly<Record<string, string>> = {
  "hosts.yaml": `web1: { address: a.example.org, hostKey: ${hostKey}, reserve: 256MiB, ram: 768MiB }\n`,
  "members/anna.yaml": "number: 1042\nemail: anna@example.org\n",
  "members/ben.yaml": "number: 1043\nemail: ben@example.org\n",
  "tariff.yaml": `currency: EUR
ram: "4.00"
lastMinuteSurcharge: "25.00"
levels:
  basic: { title: { de: Einfach, en: Basic }, price: "0.00", hosts: all }
`,
  "work.yaml": `zone: UTC
leadTime: { default: 3d }
quota: { default: 1GiB }
deviation: 20
rules:
  - { kind: service-request, when: { change: [create, change, end] }, reason: { de: Katalog, en: Catalogue } }
`,
};

export const { templates } = loadCatalogue([
  { path: "site/template.yaml", text: template },
  { path: "site/README.md", text: "# Site\n\n## Deutsch\n\nEine Seite.\n\n## English\n\nA site.\n" },
]);

/** By id: what is asked for, in the order of asking. */
export type Asked = Readonly<Record<string, string>>;

/** The inventory with requests, a minute after the other from 15:00 on. */
export function filesWith(asked: Asked): ReadonlyMap<string, string> {
  const requests = Object.entries(asked).map(([id, text], index) => {
    const minute = String(index).padStart(2, "0");
    return [`requests/${id}.yaml`, text.replace("MINUTE", minute)] as const;
  });
  return new Map([...Object.entries(inventory), ...requests]);
}

const about = (service: string, date: string, member = "anna") =>
  `service: ${service}\nmember: ${member}\naskedBy: ${member}@example.org\naskedAt: 2026-11-24T15:MINUTE:00Z\ndate: ${date}\n`;

export const create = (service: string, date: string, values: string, more = "") =>
  `change: create\n${about(service, date)}template: site\nhost: web1\nlevel: basic\nvalues: { ${values} }\n${more}`;
export const change = (service: string, date: string, values: string, more = "") =>
  `change: change\n${about(service, date)}values: { ${values} }\n${more}`;
export const end = (service: string, date: string, more = "") => `change: end\n${about(service, date)}${more}`;

export const asOf = (instant: string): number => Date.parse(instant);

/** What is there by then. Throws where something is wrong. */
export function inventoryAt(asked: Asked, nowMs: number): RequestedInventory {
  const loaded = loadRequestedInventory(filesWith(asked), { templates, nowMs });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
  return loaded.value;
}

/** Looks at one of them beside the others, at the begin of the afternoon of its asking unless told otherwise. */
export function check(asked: Asked, id: string, nowMs = asOf("2026-11-24T16:00Z"), language: "de" | "en" = "en") {
  const texts = requestTexts[language];
  const result = checkRequests({ files: filesWith(asked), ids: [id], authors: new Map(), templates, texts, nowMs });
  return { ...result, messages: result.findings.map(({ message }) => message), effect: result.effects[0] };
}
