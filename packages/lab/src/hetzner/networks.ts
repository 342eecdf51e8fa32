import { isIPv4 } from "node:net";
import * as z from "zod";
import { conflict, invalidInput, isProtected } from "./api-error.js";
import { networkZone } from "./catalogue.js";
import { addCollection, checkNameFree, newResource, removeRow } from "./collection.js";
import { holds, holdsIp, overlap, parseIp, parseIpRange, renderIp } from "./ip-range.js";
import type { Network, Project } from "./records.js";
import { labelsSchema, nameSchema, readBody, resourceOf } from "./requests.js";
import { type Api, checkUnlocked, type World } from "./world.js";

const subnetSchema = z.strictObject({
  type: z.enum(["cloud", "server"]),
  ip_range: z.string().optional(),
  network_zone: z.literal(networkZone),
});

const createSchema = z.strictObject({
  name: nameSchema,
  ip_range: z.string(),
  labels: labelsSchema.optional(),
  subnets: z.array(subnetSchema).optional(),
  routes: z.array(z.never()).optional(),
  expose_routes_to_vswitch: z.boolean().optional(),
});

const kind = "network";

export function addNetworkRoutes(api: Api, world: World): void {
  addCollection<Network>(api, world, {
    path: "networks",
    key: "network",
    kind,
    rows: (project) => project.networks,
    render: renderNetwork,
    remove: (network, project) => {
      if (network.protectedFromDelete) throw isProtected(kind);
      if (membersOf(network, project).length > 0) throw conflict("network still has servers", "resource_in_use");
      removeRow(project.networks, network);
    },
  });

  api.post("/networks", async (c) => {
    const { project } = c.var;
    const body = await readBody(c, createSchema);
    checkNameFree(project.networks, body.name, kind);
    parseIpRange(body.ip_range, "ip_range");
    const network: Network = {
      ...newResource(world, body),
      ipRange: body.ip_range,
      subnets: [],
      protectedFromDelete: false,
      exposeRoutes: body.expose_routes_to_vswitch ?? false,
    };
    for (const subnet of body.subnets ?? []) addSubnet(network, subnet);
    project.networks.push(network);
    world.store.save();
    return c.json({ network: renderNetwork(network, project) }, 201);
  });

  const addAction = <T extends z.ZodType>(
    command: string,
    schema: T,
    apply: (network: Network, body: z.output<T>, project: Project) => void,
  ) =>
    api.post(`/networks/:id/actions/${command}`, async (c) => {
      const { project } = c.var;
      const network = resourceOf(c, project.networks, kind);
      const body = await readBody(c, schema);
      checkUnlocked(world, project, "network", network.id);
      apply(network, body, project);
      const resources = [{ id: network.id, type: "network" }];
      return c.json({ action: world.actions.start(project, { command, resources, work: () => {} }) }, 201);
    });

  addAction("add_subnet", subnetSchema, addSubnet);
  addAction("delete_subnet", z.strictObject({ ip_range: z.string() }), deleteSubnet);
  addAction("change_protection", z.strictObject({ delete: z.boolean() }), (network, body) => {
    network.protectedFromDelete = body.delete;
  });
  addAction("change_ip_range", z.strictObject({ ip_range: z.string() }), (network, body) => {
    const wanted = parseIpRange(body.ip_range, "ip_range");
    if (network.subnets.some(({ ipRange }) => !holds(wanted, parseIpRange(ipRange, "ip_range"))))
      throw invalidInput("ip_range", "does not hold all subnets");
    network.ipRange = body.ip_range;
  });
}

function addSubnet(network: Network, subnet: z.output<typeof subnetSchema>): void {
  const whole = parseIpRange(network.ipRange, "ip_range");
  const text = subnet.ip_range ?? firstFreeSubnet(network);
  const range = parseIpRange(text, "ip_range");
  if (!holds(whole, range)) throw invalidInput("ip_range", "is not part of the network's range");
  if (network.subnets.some(({ ipRange }) => overlap(parseIpRange(ipRange, "ip_range"), range)))
    throw invalidInput("ip_range", "overlaps another subnet");
  network.subnets.push({ type: subnet.type, ipRange: text, networkZone: subnet.network_zone });
}

function firstFreeSubnet(network: Network): string {
  const { first } = parseIpRange(network.ipRange, "ip_range");
  const taken = network.subnets.map(({ ipRange }) => parseIpRange(ipRange, "ip_range"));
  for (let candidate = first; ; candidate += 256) {
    if (!taken.some((range) => overlap(range, { first: candidate, prefix: 24 }))) return `${renderIp(candidate)}/24`;
  }
}

function deleteSubnet(network: Network, body: { readonly ip_range: string }, project: Project): void {
  const index = network.subnets.findIndex(({ ipRange }) => ipRange === body.ip_range);
  if (index < 0) throw invalidInput("ip_range", "is not a subnet of the network");
  const range = parseIpRange(body.ip_range, "ip_range");
  const used = addressesIn(network, project).some((address) => holdsIp(range, address));
  if (used) throw conflict("subnet still has servers", "resource_in_use");
  network.subnets.splice(index, 1);
}

/** The address that was asked for, else the first free one of the network's first subnet with room. */
export function planPrivateIp(network: Network, project: Project, wanted: string | undefined): string {
  const taken = new Set(addressesIn(network, project));
  const gateway = parseIpRange(network.ipRange, "ip_range").first + 1;
  const free = (address: number) => !taken.has(address) && address !== gateway;
  const subnets = network.subnets.map(({ ipRange }) => parseIpRange(ipRange, "ip_range"));
  if (wanted !== undefined) {
    const address = isIPv4(wanted) ? parseIp(wanted) : -1;
    if (!subnets.some((range) => holdsIp(range, address))) throw invalidInput("ip", "is in no subnet of the network");
    if (!free(address)) throw conflict("IP is not available", "ip_not_available");
    return wanted;
  }
  for (const { first, prefix } of subnets) {
    for (let address = first + 2; address < first + 2 ** (32 - prefix) - 1; address += 1)
      if (free(address)) return renderIp(address);
  }
  throw conflict("network has no free IP in a subnet", "no_subnet_available");
}

function addressesIn(network: Network, project: Project): number[] {
  return project.servers.flatMap((server) =>
    server.privateNets
      .filter((net) => net.network === network.id)
      .flatMap((net) => [net.ip, ...net.aliasIps].map(parseIp)),
  );
}

function membersOf(network: Network, project: Project): number[] {
  return project.servers
    .filter((server) => server.privateNets.some((net) => net.network === network.id))
    .map(({ id }) => id);
}

function renderNetwork(network: Network, project: Project) {
  const gateway = renderIp(parseIpRange(network.ipRange, "ip_range").first + 1);
  return {
    id: network.id,
    name: network.name,
    ip_range: network.ipRange,
    subnets: network.subnets.map(({ type, ipRange, networkZone: zone }) => ({
      type,
      ip_range: ipRange,
      network_zone: zone,
      gateway,
      vswitch_id: null,
    })),
    routes: [],
    servers: membersOf(network, project),
    load_balancers: [],
    protection: { delete: network.protectedFromDelete },
    labels: network.labels,
    created: network.created,
    expose_routes_to_vswitch: network.exposeRoutes,
  };
}
