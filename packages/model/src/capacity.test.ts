import fc from "fast-check";
import { expect, test } from "vitest";
import { checkAdmission } from "./admission.js";
import { capacityOf } from "./capacity.js";
import { memberOverheadBytes, serviceOverheadBytes } from "./overhead.js";
import { leastRamBytes, ramPageBytes } from "./ram.js";
import type { HostInventory, ServiceSpec } from "./specs.js";
import { plainService } from "./testing/index.js";

const mib = 1024 ** 2;

function hostWith(services: readonly ServiceSpec[], ramBytes: number | undefined): HostInventory {
  const connection = { address: "web1.test", port: 22, user: "root", hostKeys: ["ssh-ed25519 AAAA"] };
  return { host: { name: "web1", connection, ramBytes, reserveBytes: 512 * mib }, members: [], services };
}

const anyServices = fc.array(
  fc.record({
    member: fc.constantFrom("anna", "bert", "clara"),
    ramBytes: fc.integer({ min: 16 * mib, max: 512 * mib }),
  }),
  { maxLength: 6 },
);

const isAdmitted = (host: HostInventory, service: ServiceSpec) =>
  checkAdmission({ ...host, services: [...host.services, service] }).length === 0;

test("the largest service is let in, and a page more is not", () => {
  fc.assert(
    fc.property(anyServices, fc.integer({ min: 1024 * mib, max: 4096 * mib }), (services, ramBytes) => {
      const host = hostWith(
        services.map((each, index) => plainService({ name: `s${index}`, ...each })),
        ramBytes,
      );
      const { largestBytes = 0, largestOfResidentBytes = 0 } = capacityOf(host);
      for (const [member, bytes] of [
        ["new", largestBytes],
        [services[0]?.member, largestOfResidentBytes],
      ] as const) {
        if (member === undefined) continue;
        const service = (size: number) => plainService({ name: "one-more", member, ramBytes: size });
        if (bytes > 0) expect(isAdmitted(host, service(bytes))).toBe(true);
        expect(isAdmitted(host, service(Math.max(bytes + ramPageBytes, leastRamBytes)))).toBe(false);
      }
    }),
  );
});

test("an empty host has no resident, and a full one no room", () => {
  expect(capacityOf(hostWith([], 1024 * mib))).toEqual({
    soldBytes: 0,
    limitBytes: 512 * mib,
    freeBytes: 512 * mib,
    largestBytes: 512 * mib - serviceOverheadBytes - memberOverheadBytes,
    largestOfResidentBytes: undefined,
  });
  const full = capacityOf(hostWith([plainService({ ramBytes: 512 * mib })], 1024 * mib));
  expect(full).toMatchObject({ freeBytes: -serviceOverheadBytes - memberOverheadBytes, largestBytes: 0 });
});

test("nothing is said of a host whose RAM is not known, but what is sold on it", () => {
  const { soldBytes, ...rest } = capacityOf(hostWith([plainService()], undefined));
  expect(soldBytes).toBe(128 * mib + serviceOverheadBytes + memberOverheadBytes);
  expect(Object.values(rest)).toEqual([undefined, undefined, undefined, undefined]);
});
