import { renderCount } from "./count.js";
import type { Finding } from "./finding.js";
import { memberOverheadBytes, serviceOverheadBytes } from "./overhead.js";
import { describeRam, renderRam } from "./ram.js";
import type { HostInventory } from "./specs.js";

/** RAM of a host that is sold, and may be sold. Bytes. */
export interface Admission {
  /** Allocations plus the declared overhead of services and of members who have any. */
  readonly soldBytes: number;
  /** RAM minus reserve; undefined while the host's RAM is not known. */
  readonly limitBytes: number | undefined;
}

export function admissionOf({ host, services }: HostInventory): Admission {
  const allocated = services.reduce((sum, service) => sum + service.ramBytes + serviceOverheadBytes, 0);
  return {
    soldBytes: allocated + ownersOf(services).size * memberOverheadBytes,
    limitBytes: host.ramBytes === undefined ? undefined : host.ramBytes - host.reserveBytes,
  };
}

/** Refuses a host whose services would not fit into its RAM, with the numbers; the path says which host. Skipped while the host's RAM is not known. */
export function checkAdmission(inventory: HostInventory): Finding[] {
  const { host, services } = inventory;
  const { soldBytes, limitBytes } = admissionOf(inventory);
  if (host.ramBytes === undefined || limitBytes === undefined || soldBytes <= limitBytes) return [];
  // Rounded numbers must never read "3.0 GiB do not fit into 3.0 GiB".
  const show = describeRam(soldBytes) === describeRam(limitBytes) ? renderRam : describeRam;
  const who = `${renderCount(services.length, "service")} and ${renderCount(ownersOf(services).size, "member")}`;
  const room = `${show(limitBytes)} may be sold (${describeRam(host.ramBytes)} RAM - ${describeRam(host.reserveBytes)} reserve)`;
  const overhead = `each service counts ${describeRam(serviceOverheadBytes)} and each member ${describeRam(memberOverheadBytes)} of overhead`;
  const message =
    `${who} need ${show(soldBytes)}, but ${room}: ${listSizes(inventory)}; ${overhead}. ` +
    `Lower allocations by ${show(soldBytes - limitBytes)} in total, or move a service to another host`;
  return [{ path: ["host"], message }];
}

function ownersOf(services: HostInventory["services"]): Set<string> {
  return new Set(services.map((service) => service.member));
}

/** Greatest first; what is left out is summed up. */
function listSizes({ services }: HostInventory): string {
  const sorted = [...services].sort((one, other) => other.ramBytes - one.ramBytes || (one.name < other.name ? -1 : 1));
  const most = 20;
  const listed = sorted.slice(0, most).map((service) => `${service.name} ${describeRam(service.ramBytes)}`);
  const rest = sorted.slice(most);
  if (rest.length > 0)
    listed.push(`${rest.length} more with ${describeRam(rest.reduce((sum, service) => sum + service.ramBytes, 0))}`);
  return listed.join(", ");
}
