/**
 * What can be ordered. Types have Hetzner's names and the lab's own sizes, which their machines really
 * have. Prices are made up in the reference's form: nobody may compute with them.
 */
export interface ServerType {
  readonly id: number;
  readonly name: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly diskGB: number;
  readonly monthlyNet: string;
  readonly hourlyNet: string;
  readonly deprecated: boolean;
}

export const serverTypes: readonly ServerType[] = [
  serverType(104, "cx22", 2, 1, 40, "3.2900", "0.0053", true),
  serverType(105, "cx32", 4, 2, 80, "5.8900", "0.0095", true),
  serverType(106, "cx42", 8, 3, 160, "15.9000", "0.0255", true),
  serverType(114, "cx23", 2, 1, 40, "2.9900", "0.0048", false),
  serverType(115, "cx33", 4, 2, 80, "4.9900", "0.0080", false),
  serverType(116, "cx43", 8, 3, 160, "9.4900", "0.0152", false),
  serverType(117, "cx53", 16, 4, 320, "17.4900", "0.0280", false),
];

function serverType(
  id: number,
  name: string,
  cores: number,
  memoryGB: number,
  diskGB: number,
  monthlyNet: string,
  hourlyNet: string,
  deprecated: boolean,
): ServerType {
  return { id, name, cores, memoryGB, diskGB, monthlyNet, hourlyNet, deprecated };
}

/** Memory of the machine, in MiB. */
export function ramMiBOf(type: ServerType): number {
  return type.memoryGB * 1024;
}

export interface Location {
  readonly id: number;
  readonly name: string;
  readonly city: string;
  readonly country: string;
  readonly datacenter: { readonly id: number; readonly name: string };
}

export const networkZone = "eu-central";

export const locations: readonly Location[] = [
  { id: 1, name: "fsn1", city: "Falkenstein", country: "DE", datacenter: { id: 4, name: "fsn1-dc14" } },
  { id: 2, name: "nbg1", city: "Nuremberg", country: "DE", datacenter: { id: 2, name: "nbg1-dc3" } },
  { id: 3, name: "hel1", city: "Helsinki", country: "FI", datacenter: { id: 3, name: "hel1-dc2" } },
];

export interface Image {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly osVersion: string;
}

export const images: readonly Image[] = [
  { id: 310557660, name: "debian-13", description: "Debian 13", osVersion: "13" },
];

const catalogueDate = "2025-10-01T00:00:00+00:00";

export function renderLocation(location: Location) {
  return {
    id: location.id,
    name: location.name,
    description: `${location.city} DC Park 1`,
    country: location.country,
    city: location.city,
    latitude: 50.47612,
    longitude: 12.370071,
    network_zone: networkZone,
  };
}

export function renderDatacenter(location: Location, isSoldOut: (serverType: string, location: string) => boolean) {
  const all = serverTypes.map(({ id }) => id);
  const available = serverTypes.filter(({ name }) => !isSoldOut(name, location.name)).map(({ id }) => id);
  return {
    id: location.datacenter.id,
    name: location.datacenter.name,
    description: `${location.city} ${location.datacenter.name}`,
    location: renderLocation(location),
    server_types: { supported: all, available, available_for_migration: available },
  };
}

export function renderServerType(type: ServerType) {
  const deprecation = { announced: catalogueDate, unavailable_after: "2027-10-01T00:00:00+00:00" };
  return {
    id: type.id,
    name: type.name,
    description: type.name.toUpperCase(),
    category: "Shared vCPU",
    cores: type.cores,
    memory: type.memoryGB,
    disk: type.diskGB,
    deprecated: type.deprecated,
    deprecation: type.deprecated ? deprecation : null,
    locations: locations.map(({ id, name }) => ({ id, name, deprecation: type.deprecated ? deprecation : null })),
    prices: locations.map(({ name }) => renderTypePrice(type, name)),
    storage_type: "local",
    cpu_type: "shared",
    architecture: "x86",
    included_traffic: 21990232555520,
  };
}

export function renderTypePrice(type: ServerType, location: string) {
  return {
    location,
    price_hourly: price(type.hourlyNet),
    price_monthly: price(type.monthlyNet),
    included_traffic: 21990232555520,
    price_per_tb_traffic: price("1.0000"),
  };
}

/** Net and, with 19 % VAT, gross; as decimal text. */
export function price(net: string) {
  return { net, gross: (Number(net) * 1.19).toFixed(10) };
}

export function renderImage(image: Image) {
  return {
    id: image.id,
    type: "system",
    status: "available",
    name: image.name,
    description: image.description,
    image_size: null,
    disk_size: 5,
    created: catalogueDate,
    created_from: null,
    bound_to: null,
    os_flavor: "debian",
    os_version: image.osVersion,
    rapid_deploy: true,
    protection: { delete: false },
    deprecated: null,
    deleted: null,
    labels: {},
    architecture: "x86",
  };
}
