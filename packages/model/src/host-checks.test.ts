import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admissionOf, checkAdmission } from "./admission.js";
import { checkHostInventory } from "./host-checks.js";
import { memberOverheadBytes, serviceOverheadBytes } from "./overhead.js";
import { parseRam } from "./ram.js";
import type { HostInventory, MemberSpec, ServiceSpec } from "./specs.js";
import { plainService } from "./testing/index.js";

const mib = 1024 ** 2;
const serviceOverheadMib = serviceOverheadBytes / mib;
const memberOverheadMib = memberOverheadBytes / mib;

const service = (name: string, extra: Partial<ServiceSpec> = {}) => plainService({ name, ...extra });

const anna: MemberSpec = { name: "anna", number: 1042 };
const bert: MemberSpec = { name: "bert", number: 7 };

function inventory(
  services: readonly ServiceSpec[],
  ram: string | undefined = "3.5GiB",
  members = [anna, bert],
): HostInventory {
  const connection = { address: "web1.test", port: 2222, user: "root", hostKeys: ["ssh-ed25519 AAAA"] };
  const ramBytes = ram === undefined ? undefined : parseRam(ram);
  return { host: { name: "web1", connection, ramBytes, reserveBytes: 512 * mib }, members, services };
}

function said(of: HostInventory): string[] {
  return checkHostInventory(of).map((finding) => `${finding.path.join(".")}: ${finding.message}`);
}

describe("admission", () => {
  it("counts allocations, overhead of services, and of members who have any", () => {
    const services = [service("a"), service("b"), service("c", { member: "bert" })];
    expect(admissionOf(inventory(services))).toEqual({
      soldBytes: 3 * 128 * mib + 3 * serviceOverheadBytes + 2 * memberOverheadBytes,
      limitBytes: 3072 * mib,
    });
    expect(admissionOf(inventory([]))).toEqual({ soldBytes: 0, limitBytes: 3072 * mib });
  });

  it("refuses with the numbers", () => {
    const services = [service("anna-blog"), service("bert-db", { member: "bert", ramBytes: 3072 * mib })];
    const aboveMib = 128 + 2 * (serviceOverheadMib + memberOverheadMib);
    const needed = `${((3072 + aboveMib) / 1024).toFixed(1)} GiB`;
    expect(said(inventory(services))).toEqual([
      `host: 2 services and 2 members need ${needed}, but 3.0 GiB may be sold (3.5 GiB RAM - 512 MiB reserve): bert-db 3.0 GiB, anna-blog 128 MiB; ` +
        `each service counts ${serviceOverheadMib} MiB and each member ${memberOverheadMib} MiB of overhead. Lower allocations by ${aboveMib} MiB in total, or move a service to another host`,
    ]);
  });

  it("never claims that a number does not fit into itself", () => {
    const exact = 3072 - serviceOverheadMib - memberOverheadMib;
    expect(said(inventory([service("a", { ramBytes: exact * mib })]))).toEqual([]);
    const [message] = said(inventory([service("a", { ramBytes: exact * mib + 4096 })]));
    expect(message).toContain("1 service and 1 member need 3145732KiB, but 3GiB may be sold");
  });

  it("lists the greatest and sums up the rest", () => {
    const services = Array.from({ length: 30 }, (_, index) => service(`s${index}`, { ramBytes: (200 + index) * mib }));
    const [finding] = checkAdmission(inventory(services));
    expect(finding?.message).toContain("s29 229 MiB, s28 228 MiB");
    expect(finding?.message).toContain("10 more with 2.0 GiB");
  });

  it("waits until the host's RAM is known", () => {
    const unknown = inventory([service("a", { ramBytes: 2 ** 45 })]);
    expect(checkAdmission({ ...unknown, host: { ...unknown.host, ramBytes: undefined } })).toEqual([]);
  });

  it("refuses exactly when the sum is above the limit", () => {
    const sizes = fc.array(fc.integer({ min: 16, max: 900 }), { maxLength: 8 });
    fc.assert(
      fc.property(sizes, (allocations) => {
        const services = allocations.map((size, index) => service(`s${index}`, { ramBytes: size * mib }));
        const owner = allocations.length === 0 ? 0 : memberOverheadBytes;
        const sum = allocations.reduce((total, size) => total + size * mib + serviceOverheadBytes, owner);
        expect(checkAdmission(inventory(services)).length).toBe(sum + 512 * mib > 3.5 * 1024 * mib ? 1 : 0);
      }),
    );
  });
});

describe("what collides on a host", () => {
  const web = { host: 8080, container: 80, protocol: "tcp" } as const;

  it("ports, and the SSH server's", () => {
    const services = [
      service("a", { ports: { web } }),
      service("b", { member: "bert", ports: { web, ssh: { ...web, host: 2222 } } }),
      service("c", { ports: { web: { ...web, protocol: "udp" } } }),
    ];
    expect(said(inventory(services))).toEqual([
      'services.b.ports.web: port 8080/tcp of web1 is taken by "a" of anna: choose another one',
      "services.b.ports.ssh: port 2222/tcp of web1 is taken by the host's SSH server: choose another one",
    ]);
  });

  it("names of services of one member, not of two", () => {
    expect(said(inventory([service("a"), service("a", { member: "bert" })]))).toEqual([]);
    expect(said(inventory([service("a"), service("a")]))).toEqual([
      expect.stringContaining('services.a: anna has two services called "a"'),
    ]);
  });

  it("volumes and units whose names are put together", () => {
    const volumes = (name: string) => ({ [name]: { path: "/x" } });
    expect(
      said(inventory([service("a", { volumes: volumes("b-c") }), service("a-b", { volumes: volumes("c") })])),
    ).toEqual([
      'services.a-b.volumes.c: volume "c" of "a-b" and volume "b-c" of "a" of anna would both be called a-b-c: rename one',
    ]);
    expect(said(inventory([service("a", { volumes: volumes("b") }), service("a-b-volume")]))).toHaveLength(1);
    expect(said(inventory([service("a", { networks: ["net"] }), service("net-network")]))).toHaveLength(1);
    expect(said(inventory([service("a", { networks: ["net"] }), service("b", { networks: ["net"] })]))).toEqual([]);
  });

  it("numbers and names of members", () => {
    const members = [anna, { name: "bert", number: 1042 }, anna];
    expect(said(inventory([], "4GiB", members))).toEqual([
      expect.stringContaining('members.bert.number: 1042 is the number of "anna" already'),
      'members.anna: there are two members called "anna"',
    ]);
  });

  it("an owner who does not exist", () => {
    expect(said(inventory([service("a", { member: "ana" })]))).toEqual([
      'services.a.member: there is no member "ana" (did you mean "anna"?)',
    ]);
  });

  it("a service that replaces one which is still there, or itself", () => {
    expect(said(inventory([service("new", { replaces: "old" }), service("old")]))).toEqual([
      'services.new.replaces: "old" is still declared: remove it, or take this line out',
    ]);
    expect(said(inventory([service("new", { replaces: "new" })]))).toEqual([
      expect.stringContaining("is the service itself"),
    ]);
    expect(said(inventory([service("new", { replaces: "old" }), service("old", { member: "bert" })]))).toEqual([]);
  });
});
