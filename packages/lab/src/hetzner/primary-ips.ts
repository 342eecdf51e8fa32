import * as z from "zod";
import { firstServerNumber, lastServerNumber } from "../addresses.js";
import { conflict, invalidInput, isProtected, limitExceeded, notFound } from "./api-error.js";
import { locations, renderDatacenter, renderLocation } from "./catalogue.js";
import { addCollection, checkNameFree, removeRow } from "./collection.js";
import type { PrimaryIp, Project, Server } from "./records.js";
import { labelsSchema, nameSchema, readBody, resourceOf } from "./requests.js";
import { timestamp } from "./store.js";
import { type Api, checkUnlocked, type World } from "./world.js";

const createSchema = z.strictObject({
  name: nameSchema,
  type: z.enum(["ipv4", "ipv6"]),
  assignee_type: z.literal("server").optional(),
  assignee_id: z.number().nullish(),
  auto_delete: z.boolean().optional(),
  datacenter: z.string().optional(),
  location: z.string().optional(),
  labels: labelsSchema.optional(),
});

const kind = "primary IP";

export function addPrimaryIpRoutes(api: Api, world: World): void {
  addCollection<PrimaryIp>(api, world, {
    path: "primary_ips",
    key: "primary_ip",
    kind,
    rows: (project) => project.primaryIps,
    render: (ip) => renderPrimaryIp(world, ip),
    filters: { ip: ({ ip }) => ip },
    update: {
      fields: { auto_delete: z.boolean().optional() },
      apply: (ip, body) => {
        if (typeof body["auto_delete"] === "boolean") ip.autoDelete = body["auto_delete"];
      },
    },
    remove: (ip, project) => {
      if (ip.protectedFromDelete) throw isProtected(kind);
      if (ip.assignee !== null) throw conflict("primary IP is assigned", "must_be_unassigned");
      removeRow(project.primaryIps, ip);
    },
  });

  api.post("/primary_ips", async (c) => {
    const { project } = c.var;
    const body = await readBody(c, createSchema);
    checkNameFree(project.primaryIps, body.name, kind);
    if (project.primaryIps.length >= world.limits.primaryIps) throw limitExceeded(kind);
    const assignee = body.assignee_id ?? null;
    const server = assignee === null ? undefined : findServer(project, assignee);
    const location = locations.find(
      ({ name, datacenter }) => name === (body.location ?? server?.location) || datacenter.name === body.datacenter,
    );
    if (location === undefined) throw invalidInput("location", "unknown or missing");
    const ip = makePrimaryIp(world, project, {
      name: body.name,
      type: body.type,
      location: location.name,
      autoDelete: body.auto_delete ?? false,
      labels: body.labels ?? {},
    });
    world.store.save();
    if (server === undefined) return c.json({ primary_ip: renderPrimaryIp(world, ip), action: null }, 201);
    const action = assign(project, ip, server);
    return c.json({ primary_ip: renderPrimaryIp(world, ip), action }, 201);
  });

  const resources = (ip: PrimaryIp) => [{ id: ip.id, type: "primary_ip" }];
  const assign = (project: Project, ip: PrimaryIp, server: Server) => {
    if (ip.assignee !== null) throw conflict("primary IP is assigned already", "primary_ip_already_assigned");
    if (server.status !== "off") throw conflict("server must be off", "server_not_stopped");
    if (server[ip.type] !== null) throw conflict("server has one of this type", "server_has_primary_ip");
    if (ip.type === "ipv4" && server.hostNumber !== ip.hostNumber)
      throw conflict("in the lab a server keeps the address that it was made with", "unsupported_error");
    ip.assignee = server.id;
    server[ip.type] = ip.id;
    return world.actions.start(project, { command: "assign_primary_ip", resources: resources(ip), work: () => {} });
  };

  api.post("/primary_ips/:id/actions/assign", async (c) => {
    const ip = resourceOf(c, c.var.project.primaryIps, kind);
    const body = await readBody(c, z.strictObject({ assignee_id: z.number(), assignee_type: z.literal("server") }));
    return c.json({ action: assign(c.var.project, ip, findServer(c.var.project, body.assignee_id)) }, 201);
  });

  api.post("/primary_ips/:id/actions/unassign", (c) => {
    const { project } = c.var;
    const ip = resourceOf(c, project.primaryIps, kind);
    const server = project.servers.find(({ id }) => id === ip.assignee);
    if (server === undefined) throw conflict("primary IP is not assigned", "primary_ip_not_assigned");
    if (server.status !== "off") throw conflict("server must be off", "server_not_stopped");
    server[ip.type] = null;
    ip.assignee = null;
    const order = { command: "unassign_primary_ip", resources: resources(ip), work: () => {} };
    return c.json({ action: world.actions.start(project, order) }, 201);
  });

  api.post("/primary_ips/:id/actions/change_protection", async (c) => {
    const ip = resourceOf(c, c.var.project.primaryIps, kind);
    const body = await readBody(c, z.strictObject({ delete: z.boolean() }));
    checkUnlocked(world, c.var.project, "primary_ip", ip.id);
    ip.protectedFromDelete = body.delete;
    const order = { command: "change_protection", resources: resources(ip), work: () => {} };
    return c.json({ action: world.actions.start(c.var.project, order) }, 201);
  });
}

function findServer(project: Project, id: number): Server {
  const server = project.servers.find((candidate) => candidate.id === id);
  if (server === undefined) throw notFound("server", id);
  return server;
}

/** A new address of the lab. Throws `resource_unavailable` when all are given out. */
export function makePrimaryIp(
  world: World,
  project: Project,
  wanted: Pick<PrimaryIp, "name" | "type" | "location" | "autoDelete" | "labels">,
): PrimaryIp {
  const id = world.store.nextId();
  const hostNumber = wanted.type === "ipv4" ? freeHostNumber(world) : 0;
  const ip = wanted.type === "ipv4" ? world.driver.addressOf(hostNumber) : `2001:db8:0:${id.toString(16)}::/64`;
  const made: PrimaryIp = {
    ...wanted,
    id,
    created: timestamp(),
    ip,
    hostNumber,
    assignee: null,
    protectedFromDelete: false,
    dnsPtr: [],
  };
  project.primaryIps.push(made);
  return made;
}

/** A number that no address and no server of any project has. */
export function freeHostNumber(world: World): number {
  const taken = new Set(
    world.store.projects.flatMap(({ primaryIps, servers }) =>
      [...primaryIps, ...servers].map(({ hostNumber }) => hostNumber),
    ),
  );
  for (let number = firstServerNumber; number <= lastServerNumber; number += 1) if (!taken.has(number)) return number;
  throw limitExceeded(kind);
}

function renderPrimaryIp(world: World, ip: PrimaryIp) {
  const location = locations.find(({ name }) => name === ip.location);
  return {
    id: ip.id,
    name: ip.name,
    labels: ip.labels,
    created: ip.created,
    blocked: false,
    ip: ip.ip,
    type: ip.type,
    assignee_type: "server",
    assignee_id: ip.assignee,
    auto_delete: ip.autoDelete,
    dns_ptr: ip.dnsPtr,
    protection: { delete: ip.protectedFromDelete },
    location: location && renderLocation(location),
    datacenter: location && renderDatacenter(location, (type, at) => world.faults.isSoldOut(type, at)),
  };
}
