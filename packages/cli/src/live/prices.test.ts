import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { renderStatusTable, renderTotal } from "../output/status-table.js";
import { stylesFor } from "../output/style.js";
import { readStackFolder } from "../stack/folder.js";
import { recordingContext } from "../testing.js";
import { describePriced, readPricing } from "./prices.js";
import type { ServiceRow } from "./status.js";

let directory: string;

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";

function write(files: Readonly<Record<string, string>>): void {
  mkdirSync(join(directory, "inventory"), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "allmende-prices-"));
  write({
    "Pulumi.yaml": "name: coop\nruntime: nodejs\n",
    "Pulumi.prod.yaml": "",
    "index.ts": "",
    "inventory/hosts.yaml": `web1: { address: web1.test, hostKey: ${hostKey}, reserve: 512MiB }\n`,
    "inventory/tariff.yaml": 'currency: EUR\nram: "4.00"\nlastMinuteSurcharge: "25.00"\n',
  });
});

afterEach(() => rmSync(directory, { recursive: true }));

const rowOf = (service: string, mib: number): ServiceRow => ({
  ...{
    member: "anna",
    memberNumber: 1042,
    service,
    host: "web1",
    image: "r.example.org/a:1",
    state: "running",
    ok: true,
  },
  ...{ ramUsedBytes: 0, ramBytes: mib * 1024 ** 2, ramLimitBytes: mib * 1024 ** 2, restarts: 0, oomKills: 0 },
  ...{ health: undefined, uptimeSeconds: 1, url: undefined },
});
const rows = [rowOf("anna-blog", 64), rowOf("anna-shop", 1536)];

test("status shows what each service costs in a month, and all of them together", async () => {
  const pricing = await readPricing(recordingContext(), readStackFolder(directory));
  if (pricing === undefined) throw new Error("there is a tariff");
  const priced = pricing.price(rows);
  const [header, first, second] = renderStatusTable(priced, stylesFor(false), pricing).split("\n");
  expect(header).toMatch(/^MEMBER +SERVICE +HOST +RAM +A MONTH +STATE +RESTARTS/);
  expect(first).toMatch(/^anna +anna-blog +web1 +0\/64 MiB +€0\.25 +running/);
  expect(second).toMatch(/ +€6\.00 +running/);
  expect(renderTotal(priced, pricing)).toBe("2 services, 1.6 GiB of RAM, €6.25 a month\n");
  expect(priced.map(describePriced)).toMatchObject([{ pricePerMonth: "0.25" }, { pricePerMonth: "6.00" }]);
});

test("what belongs to another service is in its price", async () => {
  const pricing = await readPricing(recordingContext(), readStackFolder(directory));
  const [row = rowOf("anna-shop-database", 64)] = rows;
  expect(pricing?.render({ within: "anna-shop" })).toBe("in anna-shop");
  expect(describePriced({ ...row, price: { within: "anna-shop" } })).toMatchObject({ pricedWithin: "anna-shop" });
});

test("without a tariff nothing has a price, and a broken inventory hides nothing else", async () => {
  write({ "inventory/tariff.yaml": "currency: EUR\nram: 4\n" });
  const context = recordingContext();
  expect(await readPricing(context, readStackFolder(directory))).toBeUndefined();
  expect(context.written.err).toMatch(
    /^warning: no prices: \S*tariff\.yaml:1:1: lastMinuteSurcharge: is missing: .*\n {2}next: allmende check \S+\n$/,
  );
  expect(context.written.err).toContain(`allmende check ${directory}\n`);
  rmSync(join(directory, "inventory/tariff.yaml"));
  const quiet = recordingContext();
  expect(await readPricing(quiet, readStackFolder(directory))).toBeUndefined();
  expect(quiet.written.err).toBe("");
  expect(renderStatusTable(rows, stylesFor(false))).not.toContain("A MONTH");
});
