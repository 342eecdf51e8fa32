import { createHash } from "node:crypto";
import { conflict, invalidInput, limitExceeded, notFound } from "./api-error.js";
import { images, type Location, locations, ramMiBOf, serverTypes } from "./catalogue.js";
import { checkNameFree } from "./collection.js";
import type { MachineSpec } from "./driver.js";
import { machineName } from "./machine-name.js";
import { planPrivateIp } from "./networks.js";
import { serversIn, spreadServers } from "./placement-groups.js";
import { freeHostNumber, makePrimaryIp } from "./primary-ips.js";
import type { PrimaryIp, PrivateNet, Project, Server, Volume } from "./records.js";
import { findByIdOrName } from "./requests.js";
import type { CreateServer } from "./servers.js";
import { timestamp } from "./store.js";
import type { World } from "./world.js";

/** A server that was accepted: it is in the project, and its addresses are its own; its machine does not exist yet. */
export interface PlannedServer {
  readonly server: Server;
  readonly spec: MachineSpec;
  readonly volumes: readonly Volume[];
}

/** Checks a request for a server as a whole before anything is changed. Throws ApiError. */
export function planServer(world: World, project: Project, body: CreateServer): PlannedServer {
  const type = findByIdOrName(serverTypes, body.server_type);
  if (type === undefined) throw invalidInput("server_type", `server type ${body.server_type} not found`);
  const image = findByIdOrName(images, body.image);
  if (image === undefined) throw invalidInput("image", `image ${body.image} not found`);
  const location = locationOf(body);
  checkNameFree(project.servers, body.name, "server");
  if (project.servers.length >= world.limits.servers) throw limitExceeded("server");
  checkPlacement(project, body.placement_group ?? null);
  const publicKeys = (body.ssh_keys ?? []).map((wanted) => {
    const key = findByIdOrName(project.sshKeys, wanted);
    if (key === undefined) throw invalidInput("ssh_keys", `SSH key ${wanted} not found`);
    return key.publicKey;
  });
  const firewalls = (body.firewalls ?? []).map(({ firewall }) => pick(project.firewalls, firewall, "firewall"));
  const networks = (body.networks ?? []).map((id) => pick(project.networks, id, "network"));
  const volumes = (body.volumes ?? []).map((id) => pick(project.volumes, id, "volume"));
  if (volumes.some((volume) => volume.server !== null)) throw conflict("volume is attached", "volume_already_attached");
  const given = {
    ipv4: givenIp(project, body.public_net?.ipv4, "ipv4"),
    ipv6: givenIp(project, body.public_net?.ipv6, "ipv6"),
  };
  world.faults.checkStock(type.name, location.name);

  const id = world.store.nextId();
  const ownIp = (kind: "ipv4" | "ipv6", wanted: boolean) =>
    given[kind] ??
    (wanted
      ? makePrimaryIp(world, project, {
          name: `primary_ip-${id}-${kind}`,
          type: kind,
          location: location.name,
          autoDelete: true,
          labels: {},
        })
      : undefined);
  const ipv4 = ownIp("ipv4", body.public_net?.enable_ipv4 ?? true);
  const ipv6 = ownIp("ipv6", body.public_net?.enable_ipv6 ?? true);
  const server: Server = {
    id,
    name: body.name,
    labels: body.labels ?? {},
    created: timestamp(),
    status: "initializing",
    serverType: type.name,
    image: image.name,
    location: location.name,
    diskGB: type.diskGB,
    protectedFromDelete: false,
    protectedFromRebuild: false,
    backupWindow: null,
    placementGroup: body.placement_group ?? null,
    ipv4: ipv4?.id ?? null,
    ipv6: ipv6?.id ?? null,
    privateNets: [],
    hostNumber: ipv4?.hostNumber ?? freeHostNumber(world),
    userData: body.user_data ?? "",
    publicKeys,
  };
  for (const ip of [ipv4, ipv6]) if (ip !== undefined) ip.assignee = id;
  for (const network of networks) server.privateNets.push(joinNetwork(project, network.id, server));
  project.servers.push(server);
  for (const firewall of firewalls) firewall.servers.push(id);
  return { server, spec: machineSpec(server, ramMiBOf(type), world.faults.takeHostKeySwap()), volumes };
}

/** What the lab needs to make the server's machine, again after a rebuild. */
export function machineSpec(server: Server, ramMiB: number, foreignHostKey: boolean): MachineSpec {
  return {
    name: machineName(server.id),
    number: server.hostNumber,
    ramMiB,
    hostname: server.name,
    instanceId: `${server.id}-${Date.now()}`,
    userData: server.userData,
    publicKeys: server.publicKeys,
    foreignHostKey,
  };
}

export function joinNetwork(
  project: Project,
  networkId: number,
  server: Pick<Server, "id" | "privateNets">,
  ip?: string,
  aliasIps: readonly string[] = [],
): PrivateNet {
  const network = pick(project.networks, networkId, "network");
  if (server.privateNets.some((net) => net.network === networkId))
    throw conflict("server is attached already", "server_already_attached");
  const digits = createHash("sha256").update(`${server.id}/${networkId}`).digest("hex");
  return {
    network: networkId,
    ip: planPrivateIp(network, project, ip),
    aliasIps: aliasIps.map((alias) => planPrivateIp(network, project, alias)),
    macAddress: `86:00:${(digits.slice(0, 8).match(/../g) ?? []).join(":")}`,
  };
}

function locationOf(body: CreateServer): Location {
  if (body.location === undefined && body.datacenter === undefined) return locations[0] as Location;
  const found =
    body.location === undefined
      ? locations.find(({ datacenter }) => findByIdOrName([datacenter], body.datacenter ?? "") !== undefined)
      : findByIdOrName(locations, body.location);
  if (found === undefined) throw invalidInput("location", `location ${body.location ?? body.datacenter} not found`);
  return found;
}

/** Throws unless one more server fits into the group. */
export function checkPlacement(project: Project, group: number | null): void {
  if (group === null) return;
  pick(project.placementGroups, group, "placement group");
  if (serversIn(project, group).length >= spreadServers)
    throw limitExceeded(`placement group: ${spreadServers} servers`);
}

function givenIp(project: Project, id: number | null | undefined, type: "ipv4" | "ipv6"): PrimaryIp | undefined {
  if (id === null || id === undefined || id === 0) return undefined;
  const ip = pick(project.primaryIps, id, "primary IP");
  if (ip.type !== type) throw invalidInput(`public_net.${type}`, `primary IP ${id} is ${ip.type}`);
  if (ip.assignee !== null) throw conflict("primary IP is assigned already", "primary_ip_already_assigned");
  return ip;
}

function pick<T extends { readonly id: number }>(rows: readonly T[], id: number, kind: string): T {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw notFound(kind, id);
  return row;
}
