import { expect, test } from "vitest";
import { renderFinding } from "./finding.js";
import { inventoryOfHost, loadInventory } from "./inventory.js";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
const server = "{ serverType: cx33, location: fsn1 }";

function load(hosts: string) {
  const files = {
    "hosts.yaml": hosts,
    "members/anna.yaml": "number: 1042\n",
    "services/blog.yaml": "member: anna\nhost: web3\nimage: r.example.org/a:1\nram: 128MiB\n",
  };
  return loadInventory(new Map(Object.entries(files)));
}

function said(hosts: string): string[] {
  const loaded = load(hosts);
  return loaded.ok ? [] : loaded.findings.map(renderFinding);
}

test("a host that is to be made stands beside one that is there", () => {
  const loaded = load(
    `web3: { hetzner: ${server}, reserve: 512MiB, labels: { stage: test } }\nweb1: { address: web1.test, hostKey: ${key}, reserve: 512MiB }\n`,
  );
  if (!loaded.ok) throw new Error(said("").join());
  const { host, services } = inventoryOfHost(loaded.value, "web3");
  expect(host).toMatchObject({ name: "web3", reserveBytes: 512 * 1024 ** 2, labels: { stage: "test" } });
  expect(host.connection.hostKeys).toEqual([]);
  expect(services).toHaveLength(1);
  expect(loaded.value.inputs.hosts[0]).toEqual({
    name: "web3",
    hetzner: { serverType: "cx33", location: "fsn1" },
    reserve: "512MiB",
    labels: { stage: "test" },
  });
});

test.each([
  [`web3: { hetzner: ${server} }`, ["hosts.yaml:1:1: web3.reserve: is missing"]],
  [`web3: { hetzner: { serverType: cx33 }, reserve: 512MiB }`, ["hosts.yaml:1:9: web3.hetzner.location: is missing"]],
  [
    `web3: { hetzner: ${server}, address: web3.test, reserve: 512MiB }`,
    ["web3.address: stands beside hetzner: the new server brings it along"],
  ],
  [`web3: { hetzner: { serverType: cx33, location: fsn1, volume: 5 }, reserve: 512MiB }`, ['did you mean "volumeGB"']],
  [`web3: { hetzner: { serverType: CX33, location: fsn1 }, reserve: 512MiB }`, ["must be the name of a server type"]],
  [
    `web3: { hetzner: { serverType: cx33, location: fsn1, volumeGB: 5 }, reserve: 512MiB }`,
    ["must be a whole number of GB from 10 to 10240"],
  ],
  [`web3: { reserve: 512MiB }`, ["web3.address: is missing: DNS name or IP address", "web3.hostKey: is missing"]],
])("%s is refused", (hosts, expected) => {
  const findings = said(`${hosts}\n`);
  expect(findings).toHaveLength(expected.length);
  for (const [index, text] of expected.entries()) expect(findings[index]).toContain(text);
});
