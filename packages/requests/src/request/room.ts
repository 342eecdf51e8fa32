import {
  admissionOf,
  type HostSpec,
  isSelected,
  memberOverheadBytes,
  type ServiceSpec,
  serviceOverheadBytes,
  type TariffSpec,
} from "@allmende/model";

export type PlacedService = ServiceSpec & { readonly host: string };

/** RAM of a host, sold and left; bytes. `limitBytes` undefined: its RAM is not declared. */
export interface Room {
  readonly host: string;
  readonly soldBytes: number;
  readonly limitBytes: number | undefined;
}

export function roomOn(host: HostSpec, services: readonly PlacedService[]): Room {
  const own = services.filter((service) => service.host === host.name);
  return { host: host.name, ...admissionOf({ host, members: [], services: own }) };
}

/** Of several days, with the services of each, the one on which the most is sold. */
export function tightestRoom(host: HostSpec, days: readonly (readonly PlacedService[])[]): Room {
  const [first, ...others] = days.map((services) => roomOn(host, services));
  return others.reduce((most, each) => (each.soldBytes > most.soldBytes ? each : most), first ?? roomOn(host, []));
}

export function leftOf({ soldBytes, limitBytes }: Room): number | undefined {
  return limitBytes === undefined ? undefined : limitBytes - soldBytes;
}

/** The greatest allocation that so many services of a member could share on a host besides what is there; undefined: not known. */
export function mostRamBytes(
  host: HostSpec,
  others: readonly PlacedService[],
  member: string,
  count: number,
): number | undefined {
  const left = leftOf(roomOn(host, others));
  if (left === undefined) return undefined;
  const isNew = !others.some((service) => service.host === host.name && service.member === member);
  const most = left - count * serviceOverheadBytes - (isNew ? memberOverheadBytes : 0);
  // Whole MiB, which is how people write it.
  return Math.max(0, Math.floor(most / 2 ** 20) * 2 ** 20);
}

/** Hosts on which services fit besides what is there. Hosts of unknown RAM are left out. */
export function hostsThatFit(
  hosts: readonly HostSpec[],
  others: readonly PlacedService[],
  services: readonly PlacedService[],
): string[] {
  return hosts
    .filter((host) => {
      const moved = services.map((service) => ({ ...service, host: host.name }));
      const left = leftOf(roomOn(host, [...others, ...moved]));
      return left !== undefined && left >= 0;
    })
    .map(({ name }) => name);
}

/** The highest level that a host is run on, by its place in the tariff; -1: none. */
export function rankOfHost({ levels }: Pick<TariffSpec, "levels">, host: HostSpec): number {
  return levels.findLastIndex((level) => isSelected(level.hosts, host.labels));
}

export function rankOfLevel({ levels }: Pick<TariffSpec, "levels">, name: string): number {
  return levels.findIndex((level) => level.name === name);
}
