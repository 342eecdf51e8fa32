import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1k0pM0XQZ8dpkmdJ8Z1ZDkVcM3mQ8L7n0mGq0Jm0aB";

/** web1 sells 768 MiB, web2 1.75 GiB; anna and ben are members, hanna is a hostmaster. */
const inventoryFiles: Readonly<Record<string, string>> = {
  "hosts.yaml": `web1: { address: a.example.org, hostKey: ${hostKey}, reserve: 256MiB, ram: 1GiB }
web2: { address: b.example.org, hostKey: ${hostKey}, reserve: 256MiB, ram: 2GiB, labels: { level: gold } }
`,
  "members/anna.yaml": "number: 1042\nemail: anna@example.org\n",
  "members/ben.yaml": "number: 1043\nemail: ben@example.org\n",
  "services/ben-site.yaml":
    "member: ben\nhost: web1\nimage: docker.io/library/site:1\nram: 64MiB\nports: { web: 8080 }\n",
  "tariff.yaml": `currency: EUR
ram: "4.00"
lastMinuteSurcharge: "25.00"
levels:
  basic: { title: { de: Einfach, en: Basic }, price: "0.10", hosts: all }
  gold: { title: { de: Gold, en: Gold }, price: "10.00", hosts: { level: gold } }
`,
  "work.yaml": `zone: UTC
leadTime: { default: 3d }
quota: { default: 1GiB }
deviation: 20
reviewers: [hanna@example.org]
rules:
  - { kind: service-request, when: { change: [create, change, end] }, reason: { de: Katalog, en: Catalogue } }
`,
};

/** An inventory in a folder of its own, gone after the test. */
export function memberInventory(more: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "allmende-requests-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ ...inventoryFiles, ...more })) writeInventoryFile(directory, path, text);
  return directory;
}

export function writeInventoryFile(directory: string, path: string, text: string | Uint8Array): void {
  mkdirSync(join(directory, dirname(path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}
