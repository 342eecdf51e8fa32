import {
  images,
  locations,
  renderDatacenter,
  renderImage,
  renderLocation,
  renderServerType,
  serverTypes,
} from "./catalogue.js";
import { firewallsOf } from "./firewalls.js";
import { machineName } from "./machine-name.js";
import { renderPlacementGroup } from "./placement-groups.js";
import type { Project, Server } from "./records.js";
import type { World } from "./world.js";

/** A server as the API shows it. */
export function renderServer(world: World, server: Server, project: Project) {
  const type = serverTypes.find(({ name }) => name === server.serverType);
  const image = images.find(({ name }) => name === server.image);
  const location = locations.find(({ name }) => name === server.location);
  const group = project.placementGroups.find(({ id }) => id === server.placementGroup);
  return {
    id: server.id,
    name: server.name,
    status: server.status,
    created: server.created,
    public_net: renderPublicNet(server, project),
    private_net: server.privateNets.map((net) => ({
      network: net.network,
      ip: net.ip,
      alias_ips: net.aliasIps,
      mac_address: net.macAddress,
    })),
    server_type: type && renderServerType(type),
    location: location && renderLocation(location),
    datacenter: location && renderDatacenter(location, (name, at) => world.faults.isSoldOut(name, at)),
    image: image === undefined ? null : renderImage(image),
    iso: null,
    rescue_enabled: false,
    locked: world.actions.isBusy(project, "server", server.id),
    backup_window: server.backupWindow,
    outgoing_traffic: 0,
    ingoing_traffic: 0,
    included_traffic: 21990232555520,
    protection: { delete: server.protectedFromDelete, rebuild: server.protectedFromRebuild },
    labels: server.labels,
    volumes: project.volumes.filter((volume) => volume.server === server.id).map(({ id }) => id),
    load_balancers: [],
    primary_disk_size: server.diskGB,
    placement_group: group === undefined ? null : renderPlacementGroup(group, project),
  };
}

function renderPublicNet(server: Server, project: Project) {
  const ipv4 = project.primaryIps.find(({ id }) => id === server.ipv4);
  const ipv6 = project.primaryIps.find(({ id }) => id === server.ipv6);
  return {
    ipv4: ipv4 === undefined ? null : { id: ipv4.id, ip: ipv4.ip, blocked: false, dns_ptr: reverseName(ipv4.ip) },
    ipv6: ipv6 === undefined ? null : { id: ipv6.id, ip: ipv6.ip, blocked: false, dns_ptr: [] },
    floating_ips: [],
    firewalls: firewallsOf(project, server).map(({ id }) => ({ id, status: "applied" })),
  };
}

function reverseName(ip: string): string {
  return `static.${ip.split(".").reverse().join(".")}.clients.your-server.de`;
}

/** Brings the status of servers in line with their machines: one may have switched itself off. */
export async function refreshServers(world: World, project: Project): Promise<void> {
  for (const server of project.servers) {
    if (server.status !== "running" || world.actions.isBusy(project, "server", server.id)) continue;
    if (!(await world.driver.isRunning(machineName(server.id)))) server.status = "off";
  }
}
