import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { memberOverheadBytes, serviceOverheadBytes } from "@allmende/model";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
const host = (more: string) => `{ address: a.example.org, hostKey: ${hostKey}, reserve: 512MiB, ${more} }`;
const mib = 1024 ** 2;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "allmende-capacity-"));
  write("hosts.yaml", `web1: ${host("ram: 2GiB")}\nweb2: ${host("ram: 1GiB")}\n`);
  write("members/anna.yaml", "number: 1042\n");
  write("services/blog.yaml", "member: anna\nhost: web1\nimage: r.example.org/a:1\nram: 128MiB\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function capacity(...words: readonly string[]) {
  const context = recordingContext();
  await createProgram(context).parseAsync(["capacity", folder, ...words], { from: "user" });
  return { exitCode: context.exitCode, out: context.written.out };
}
const capacityJson = async (...words: readonly string[]) => JSON.parse((await capacity("--json", ...words)).out);

test("says what is sold and what still fits where", async () => {
  const { source, hosts, largest } = await capacityJson();
  const sold = 128 * mib + serviceOverheadBytes + memberOverheadBytes;
  const free = 1536 * mib - sold;
  expect(source).toBe("inventory");
  expect(hosts[0]).toEqual({
    host: "web1",
    services: 1,
    ramBytes: 2048 * mib,
    ramIs: "declared",
    reserveBytes: 512 * mib,
    soldBytes: sold,
    freeBytes: free,
    scheduled: [],
    largestBytes: free - serviceOverheadBytes - memberOverheadBytes,
    largestOfResidentBytes: free - serviceOverheadBytes,
  });
  expect(hosts[1]).toMatchObject({ soldBytes: 0, largestOfResidentBytes: null });
  expect(largest).toEqual({ host: "web1", ramBytes: hosts[0].largestBytes });
  const { out } = await capacity();
  expect(out).toMatch(/web1 +1 +2\.0 GiB +512 MiB +304 MiB/);
  expect(out).toContain(`still fits: ${hosts[0].largestBytes / mib}MiB, on web1\n`);
});

test("what was accepted for a later day leaves less that fits, and says so", async () => {
  write(
    "work.yaml",
    "zone: UTC\nleadTime: { default: 3d }\ndeviation: 20\nrules:\n  - { kind: service-request, when: { change: [create] }, reason: { de: Katalog, en: Catalogue } }\n",
  );
  const request = (service: string, date: string, host: string, port: number) =>
    `{ change: create, service: ${service}, member: anna, template: static-site, host: ${host}, askedBy: a@example.org, askedAt: "2026-01-01T10:00:00Z", date: "${date}", values: { port: ${port}, ram: 512MiB } }\n`;
  write("requests/one.yaml", request("anna-one", "2099-12-04", "web1", 8090));
  write("requests/two.yaml", request("anna-two", "2099-12-10", "web1", 8091));
  const free = 1536 * mib - (128 * mib + serviceOverheadBytes + memberOverheadBytes);
  const one = free - 512 * mib - serviceOverheadBytes;
  const two = one - 512 * mib - serviceOverheadBytes;
  const { hosts } = await capacityJson();
  expect(hosts[0]).toMatchObject({
    freeBytes: free,
    scheduled: [
      { date: "2099-12-04", freeBytes: one },
      { date: "2099-12-10", freeBytes: two },
    ],
    largestBytes: 0,
    largestOfResidentBytes: two - serviceOverheadBytes,
  });
  expect(hosts[1]).toMatchObject({ scheduled: [] });
  expect((await capacity()).out).toContain(
    `free on web1 with what was accepted for later, which what fits allows for: ${one / mib} MiB from 2099-12-04, ${two / mib} MiB from 2099-12-10\n`,
  );
});

test("does not say that nothing fits where a member who is there may have more", async () => {
  write("hosts.yaml", `web1: ${host("ram: 916MiB")}\n`);
  const { out } = await capacity();
  expect(out).toContain(
    "no host has room for a service of a new member; the largest of a member who is there: 52MiB, on web1\n",
  );
});

test("more sold than there is, which the host said only later, is seen in the state's RAM", async () => {
  write("hosts.yaml", `web1: ${host("labels: {}")}\n`);
  const unknown = await capacity();
  expect(unknown.out).toContain("the RAM of web1 is not known");
  write("Pulumi.yaml", "name: cap\nruntime: nodejs\nbackend: { url: file://./.state }\n");
  write("Pulumi.test.yaml", "config: {}\n");
  write("index.ts", "");
  const inputs = { name: "web1", address: "a.example.org", hostKey, reserve: "512MiB" };
  const resource = {
    urn: "urn:pulumi:test::cap::allmende:index:Host::web1",
    type: "allmende:index:Host",
    custom: true,
    id: "web1",
    inputs,
    outputs: { ...inputs, facts: { memTotalBytes: 600 * mib } },
  };
  write(".state/.pulumi/stacks/cap/test.json", JSON.stringify({ checkpoint: { latest: { resources: [resource] } } }));
  const oversold = await capacity();
  expect(oversold.exitCode).toBe(2);
  expect(oversold.out).toMatch(/600 MiB \(reported\) .* -216 MiB +none/);
  expect(await capacityJson("--from", "state")).toMatchObject({ source: "state", hosts: [{ services: 0 }] });
});

describe("what a host more would bring", () => {
  let api: Server;
  let seen: (string | undefined)[];
  const price = (location: string, net: string) => ({
    location,
    price_monthly: { net, gross: (Number(net) * 1.19).toFixed(4) },
  });
  const types = [
    { name: "cx22", memory: 4, prices: [price("fsn1", "3.29")] },
    { name: "cx32", memory: 8, prices: [price("fsn1", "6.50"), price("nbg1", "6.50"), price("ash", "7.50")] },
  ];

  beforeAll(async () => {
    api = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const { pathname, searchParams } = new URL(request.url ?? "", "http://api");
      const page = Number(searchParams.get("page"));
      const isAllowed = request.headers.authorization === "Bearer read-only";
      const next = page < types.length ? page + 1 : null;
      const body = !isAllowed
        ? { error: { code: "unauthorized", message: "unable to authenticate" } }
        : pathname.endsWith("/pricing")
          ? { pricing: { currency: "EUR" } }
          : { server_types: [types[page - 1]], meta: { pagination: { page, next_page: next } } };
      response.writeHead(isAllowed ? 200 : 401, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => api.close());
  beforeEach(() => {
    seen = [];
    vi.stubEnv("HCLOUD_ENDPOINT", `http://127.0.0.1:${(api.address() as AddressInfo).port}/v1`);
    vi.stubEnv("HCLOUD_TOKEN", "read-only");
  });

  test("comes with the type's prices, from all pages", async () => {
    const { whatIf, hosts } = await capacityJson("--what-if", "cx32");
    const free = hosts.reduce((sum: number, each: { freeBytes: number }) => sum + each.freeBytes, 0);
    expect(whatIf[0]).toMatchObject({
      name: "cx32",
      ramBytes: 8192 * mib,
      reserveBytes: 512 * mib,
      limitBytes: 7680 * mib,
      largestBytes: 7680 * mib - serviceOverheadBytes - memberOverheadBytes,
      freeInTotalBytes: free + 7680 * mib,
      currency: "EUR",
    });
    expect(whatIf[0].prices).toContainEqual({
      location: "fsn1",
      monthlyNet: 6.5,
      monthlyGross: 7.735,
      netPerGiB: 6.5 / 7.5,
    });
    const { out } = await capacity("--what-if", "cx32", "--what-if", "cx22");
    expect(out).toMatch(/cx32 .* 6\.50 EUR +0\.87 EUR +fsn1, nbg1\n +7\.50 EUR +1\.00 EUR +ash\ncx22 /);
  });

  test("needs a type that exists, and a token that is accepted", async () => {
    await expect(capacity("--what-if", "cx23")).rejects.toMatchObject({
      code: "unknown-server-type",
      nextStep: "name one of: cx22, cx32",
    });
    vi.stubEnv("HCLOUD_TOKEN", "secret-but-wrong");
    const error = await capacity("--what-if", "cx32").catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: "hetzner-token-refused" });
    expect(JSON.stringify(error)).not.toContain("secret-but-wrong");
    vi.stubEnv("HCLOUD_TOKEN", "");
    await expect(capacity("--what-if", "cx32")).rejects.toMatchObject({ code: "hetzner-token-missing" });
  });

  test("asks nobody for a size, but for the reserve where hosts do not agree", async () => {
    expect((await capacityJson("--what-if-ram", "8GiB")).whatIf[0]).toMatchObject({ prices: [], currency: null });
    expect(seen).toEqual([]);
    write("hosts.yaml", `web1: ${host("ram: 2GiB")}\nweb2: ${host("ram: 2GiB").replace("512MiB", "1GiB")}\n`);
    await expect(capacity("--what-if-ram", "8GiB")).rejects.toMatchObject({ code: "reserve-missing" });
    const { whatIf } = await capacityJson("--what-if-ram", "8GiB", "--what-if-reserve", "1GiB");
    expect(whatIf[0].limitBytes).toBe(7168 * mib);
  });
});
