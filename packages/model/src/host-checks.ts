import { checkAdmission } from "./admission.js";
import type { Finding } from "./finding.js";
import type { HostInventory, MemberSpec, ServiceSpec } from "./specs.js";
import { didYouMean } from "./suggestion.js";

/**
 * Everything about a host that its parts do not show one by one. Paths begin with `host`, `members` and a name, or `services`
 * and a name: `["services", "anna-blog", "ports", "web"]`.
 */
export function checkHostInventory(inventory: HostInventory): Finding[] {
  return [
    ...checkMembers(inventory.members),
    ...checkOwners(inventory.services, inventory.members),
    ...checkServices(inventory),
  ];
}

/** No number and no name belongs to two members: identities are computed from the one, accounts carry the other. */
export function checkMembers(members: readonly MemberSpec[]): Finding[] {
  const numbers = new Map<number, string>();
  const names = new Set<string>();
  return members.flatMap((member) => {
    if (names.has(member.name))
      return [{ path: ["members", member.name], message: `there are two members called "${member.name}"` }];
    names.add(member.name);
    const owner = numbers.get(member.number);
    numbers.set(member.number, owner ?? member.name);
    if (owner === undefined) return [];
    const message = `${member.number} is the number of "${owner}" already: every member has one of their own, and their user ids follow from it`;
    return [{ path: ["members", member.name, "number"], message }];
  });
}

/** Every service belongs to a member who exists. */
export function checkOwners(services: readonly ServiceSpec[], members: readonly MemberSpec[]): Finding[] {
  const names = new Set(members.map((member) => member.name));
  return services.flatMap((service) => {
    if (names.has(service.member)) return [];
    return [
      {
        path: ["services", service.name, "member"],
        message: `there is no member "${service.member}"${didYouMean(service.member, [...names])}`,
      },
    ];
  });
}

/** RAM, ports and names of the services of one host. */
export function checkServices(inventory: HostInventory): Finding[] {
  return [
    ...checkAdmission(inventory),
    ...checkPorts(inventory),
    ...checkNames(inventory.services),
    ...checkReplaced(inventory.services),
  ];
}

/** What another service replaces is not declared any more. */
function checkReplaced(services: readonly ServiceSpec[]): Finding[] {
  return services.flatMap(({ name, member, replaces }) => {
    if (!services.some((other) => other.member === member && other.name === replaces)) return [];
    const message =
      replaces === name
        ? "is the service itself: name the one whose place it takes"
        : `"${replaces}" is still declared: remove it, or take this line out`;
    return [{ path: ["services", name, "replaces"], message }];
  });
}

function checkPorts({ host, services }: HostInventory): Finding[] {
  const owners = new Map([[`${host.connection.port}/tcp`, "the host's SSH server"]]);
  return services.flatMap((service) =>
    Object.entries(service.ports).flatMap(([name, port]) => {
      const key = `${port.host}/${port.protocol}`;
      const owner = owners.get(key);
      owners.set(key, owner ?? `"${service.name}" of ${service.member}`);
      if (owner === undefined) return [];
      return [
        {
          path: ["services", service.name, "ports", name],
          message: `port ${key} of ${host.name} is taken by ${owner}: choose another one`,
        },
      ];
    }),
  );
}

/** A name, number or port of which a host has only one, and who has it. */
export interface Holding {
  /** `port 8080/tcp`. */
  readonly what: string;
  readonly holder: string;
}

/** What `checkMembers` compares. */
export function holdingsOfMember({ name, number }: MemberSpec): Holding[] {
  return [
    { what: `number ${number}`, holder: name },
    { what: `member ${name}`, holder: String(number) },
  ];
}

/** What `checkServices` compares, RAM aside: two services without a `what` of different holders cannot be at odds. */
export function holdingsOfService(service: ServiceSpec, holder: string): Holding[] {
  const { member, replaces } = service;
  const ports = Object.values(service.ports).map(({ host, protocol }) => `port ${host}/${protocol}`);
  const names = [service.name, ...(replaces === undefined ? [] : [replaces])].map(
    (name) => `service ${member} ${name}`,
  );
  return [
    ...[...names, ...ports].map((what) => ({ what, holder })),
    ...claimsOf(service).map(({ kind, name, what }) => ({ what: `${kind} ${member} ${name}`, holder: what })),
  ];
}

interface Claim {
  /** `unit` or `volume`: what the name must be unique among, per member. */
  readonly kind: string;
  readonly name: string;
  /** For the message: `service "web"`. */
  readonly what: string;
  readonly path: Finding["path"];
}

/**
 * Units, containers, volumes and networks have names per member. A service's volumes are called SERVICE-VOLUME, and every
 * volume and network gets a unit (NAME-volume.service, NAME-network.service), so quite different names can meet.
 */
function checkNames(services: readonly ServiceSpec[]): Finding[] {
  const owners = new Map<string, string>();
  const names = new Set<string>();
  return services.flatMap((service) => {
    const { name, member } = service;
    if (names.has(JSON.stringify([member, name]))) {
      return [
        { path: ["services", name], message: `${member} has two services called "${name}" on this host: rename one` },
      ];
    }
    names.add(JSON.stringify([member, name]));
    return claimsOf(service).flatMap(({ kind, name: claimed, what, path }) => {
      const key = JSON.stringify([member, kind, claimed]);
      const owner = owners.get(key) ?? what;
      owners.set(key, owner);
      // The same owner again is a network that services share.
      return owner === what
        ? []
        : [{ path, message: `${what} and ${owner} of ${member} would both be called ${claimed}: rename one` }];
    });
  });
}

function claimsOf(service: ServiceSpec): Claim[] {
  const { name } = service;
  const path = ["services", name];
  const volumes = Object.keys(service.volumes).flatMap((volume) => {
    const what = `volume "${volume}" of "${name}"`;
    const at = [...path, "volumes", volume];
    // Two volumes of one name have units of one name as well: once is enough, so their units count as the volume's.
    return [
      { kind: "volume", name: `${name}-${volume}`, what, path: at },
      {
        kind: "unit",
        name: `${name}-${volume}-volume.service`,
        what: `the unit of volume "${name}-${volume}"`,
        path: at,
      },
    ];
  });
  const networks = service.networks.map((network, index) => ({
    kind: "unit",
    name: `${network}-network.service`,
    what: `network "${network}"`,
    path: [...path, "networks", index],
  }));
  return [{ kind: "unit", name: `${name}.service`, what: `service "${name}"`, path }, ...volumes, ...networks];
}
