import * as z from "zod";
import { isLocked, isProtected } from "./api-error.js";
import { addCollection, removeRow } from "./collection.js";
import { machineName } from "./machine-name.js";
import type { Project, Server } from "./records.js";
import { labelsSchema, readBody } from "./requests.js";
import { planServer } from "./server-plan.js";
import { startServer } from "./server-power.js";
import { refreshServers, renderServer } from "./server-view.js";
import { startAttach } from "./volumes.js";
import type { Api, World } from "./world.js";

const idOrName = z.union([z.string(), z.number()]);
const hostname = /^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

export const createServerSchema = z.strictObject({
  name: z.string().regex(hostname),
  server_type: idOrName,
  image: idOrName,
  location: idOrName.optional(),
  datacenter: idOrName.optional(),
  start_after_create: z.boolean().optional(),
  ssh_keys: z.array(idOrName).nullish(),
  volumes: z.array(z.number()).nullish(),
  automount: z.literal(false).optional(),
  networks: z.array(z.number()).nullish(),
  firewalls: z.array(z.strictObject({ firewall: z.number() })).nullish(),
  user_data: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= 32 * 1024, "is larger than 32 KiB")
    .optional(),
  labels: labelsSchema.nullish(),
  placement_group: z.number().nullish(),
  public_net: z
    .strictObject({
      enable_ipv4: z.boolean().optional(),
      enable_ipv6: z.boolean().optional(),
      ipv4: z.number().nullish(),
      ipv6: z.number().nullish(),
    })
    .nullish(),
});

export type CreateServer = z.output<typeof createServerSchema>;

const kind = "server";

export function addServerRoutes(api: Api, world: World): void {
  addCollection<Server>(api, world, {
    path: "servers",
    key: "server",
    kind,
    rows: (project) => project.servers,
    render: (server, project) => renderServer(world, server, project),
    refresh: (project) => refreshServers(world, project),
    filters: { status: ({ status }) => status },
    remove: (server, project) => ({ action: startDelete(world, project, server) }),
  });

  api.post("/servers", async (c) => {
    const { project } = c.var;
    const body = await readBody(c, createServerSchema);
    const { server, spec, volumes } = planServer(world, project, body);
    const resources = [{ id: server.id, type: "server" }];
    const action = world.actions.start(project, {
      command: "create_server",
      resources,
      work: async () => {
        await world.driver.create(spec);
        server.status = "off";
      },
      undo: () => forget(world, project, server),
    });
    const attached = volumes.map((volume) => startAttach(world, project, volume, server, action));
    const started =
      body.start_after_create === false
        ? []
        : [startServer(world, project, server, "start_server", attached.at(-1) ?? action)];
    return c.json(
      {
        server: renderServer(world, server, project),
        action,
        next_actions: [...attached, ...started],
        root_password: spec.publicKeys.length > 0 ? null : "not-in-the-lab",
      },
      201,
    );
  });
}

function startDelete(world: World, project: Project, server: Server) {
  if (server.protectedFromDelete) throw isProtected(kind);
  if (world.actions.isBusy(project, "server", server.id)) throw isLocked(kind);
  server.status = "deleting";
  return world.actions.start(project, {
    command: "delete_server",
    resources: [{ id: server.id, type: "server" }],
    work: async () => {
      // First, since a disk in use cannot be taken out of a running machine.
      await world.driver.cut(machineName(server.id));
      for (const volume of project.volumes.filter(({ server: id }) => id === server.id)) {
        await world.driver.detachVolume(machineName(server.id), volume.id);
        volume.server = null;
      }
      await world.driver.remove(machineName(server.id));
      await forget(world, project, server);
    },
    undo: () => {
      server.status = "off";
    },
  });
}

/** Takes a server out of everything that names it; addresses that it owned go with it. */
async function forget(world: World, project: Project, server: Server): Promise<void> {
  await world.driver.remove(machineName(server.id));
  removeRow(project.servers, server);
  for (const firewall of project.firewalls) removeRow(firewall.servers, server.id);
  for (const volume of project.volumes) if (volume.server === server.id) volume.server = null;
  for (const ip of project.primaryIps.filter(({ assignee }) => assignee === server.id)) {
    ip.assignee = null;
    if (ip.autoDelete) removeRow(project.primaryIps, ip);
  }
  world.store.save();
}
