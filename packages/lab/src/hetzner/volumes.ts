import * as z from "zod";
import { conflict, invalidInput, isProtected, limitExceeded, notFound } from "./api-error.js";
import { locations, renderLocation } from "./catalogue.js";
import { addCollection, checkNameFree, newResource, removeRow } from "./collection.js";
import { machineName } from "./machine-name.js";
import type { Action, Project, Server, Volume } from "./records.js";
import { findByIdOrName, labelsSchema, nameSchema, readBody, resourceOf } from "./requests.js";
import { type Api, checkUnlocked, type World } from "./world.js";

const sizeSchema = z.int().min(10).max(10240);
const createSchema = z.strictObject({
  name: nameSchema,
  size: sizeSchema,
  location: z.union([z.string(), z.number()]).optional(),
  server: z.number().optional(),
  // Mounting is the image's business at Hetzner; here a stack's user data do it.
  automount: z.literal(false).optional(),
  format: z.enum(["ext4", "xfs"]).optional(),
  labels: labelsSchema.optional(),
});

const kind = "volume";

export function addVolumeRoutes(api: Api, world: World): void {
  addCollection<Volume>(api, world, {
    path: "volumes",
    key: "volume",
    kind,
    rows: (project) => project.volumes,
    render: (volume, project) => renderVolume(volume, project),
    remove: (volume, project) => {
      if (volume.protectedFromDelete) throw isProtected(kind);
      if (volume.server !== null) throw conflict("volume is attached", "resource_in_use");
      checkUnlocked(world, project, "volume", volume.id);
      removeRow(project.volumes, volume);
      void world.driver.removeVolume(volume.id);
    },
  });

  api.post("/volumes", async (c) => {
    const { project } = c.var;
    const body = await readBody(c, createSchema);
    checkNameFree(project.volumes, body.name, kind);
    if (project.volumes.length >= world.limits.volumes) throw limitExceeded(kind);
    const server = body.server === undefined ? undefined : findServer(project, body.server);
    const location = findByIdOrName(locations, body.location ?? server?.location ?? "");
    if (location === undefined) throw invalidInput("location", "unknown or missing");
    if (body.format === "xfs") throw invalidInput("format", "the lab makes ext4 only");
    const volume: Volume = {
      ...newResource(world, body),
      sizeGB: body.size,
      location: location.name,
      format: body.format ?? null,
      server: null,
      protectedFromDelete: false,
    };
    project.volumes.push(volume);
    const action = world.actions.start(project, {
      command: "create_volume",
      resources: [{ id: volume.id, type: "volume" }],
      work: () => world.driver.makeVolume(volume.id, volume.sizeGB, volume.format),
      undo: () => removeRow(project.volumes, volume),
    });
    const next = server === undefined ? [] : [startAttach(world, project, volume, server, action)];
    return c.json({ volume: renderVolume(volume, project), action, next_actions: next }, 201);
  });

  api.post("/volumes/:id/actions/attach", async (c) => {
    const { project } = c.var;
    const volume = resourceOf(c, project.volumes, kind);
    const body = await readBody(c, z.strictObject({ server: z.number(), automount: z.literal(false).optional() }));
    const server = findServer(project, body.server);
    checkUnlocked(world, project, "volume", volume.id);
    checkUnlocked(world, project, "server", server.id);
    if (volume.server !== null) throw conflict("volume is attached already", "volume_already_attached");
    if (server.location !== volume.location) throw invalidInput("server", "is in another location");
    return c.json({ action: startAttach(world, project, volume, server) }, 201);
  });

  api.post("/volumes/:id/actions/detach", (c) => {
    const { project } = c.var;
    const volume = resourceOf(c, project.volumes, kind);
    const { server } = volume;
    if (server === null) throw conflict("volume is not attached", "volume_not_attached");
    checkUnlocked(world, project, "volume", volume.id);
    checkUnlocked(world, project, "server", server);
    const action = world.actions.start(project, {
      command: "detach_volume",
      resources: resourcesOf(volume, server),
      work: async () => {
        await world.driver.detachVolume(machineName(server), volume.id);
        volume.server = null;
      },
    });
    return c.json({ action }, 201);
  });

  api.post("/volumes/:id/actions/resize", async (c) => {
    const { project } = c.var;
    const volume = resourceOf(c, project.volumes, kind);
    const { size } = await readBody(c, z.strictObject({ size: sizeSchema }));
    if (size <= volume.sizeGB) throw invalidInput("size", "must be larger than before");
    checkUnlocked(world, project, "volume", volume.id);
    const action = world.actions.start(project, {
      command: "resize_volume",
      resources: [{ id: volume.id, type: "volume" }],
      work: async () => {
        await world.driver.growVolume(volume.id, size);
        volume.sizeGB = size;
      },
    });
    return c.json({ action }, 201);
  });

  api.post("/volumes/:id/actions/change_protection", async (c) => {
    const { project } = c.var;
    const volume = resourceOf(c, project.volumes, kind);
    const body = await readBody(c, z.strictObject({ delete: z.boolean() }));
    checkUnlocked(world, project, "volume", volume.id);
    volume.protectedFromDelete = body.delete;
    const order = { command: "change_protection", resources: resourcesOf(volume, null), work: () => {} };
    return c.json({ action: world.actions.start(project, order) }, 201);
  });
}

/** Also right after the action that makes one of the two. */
export function startAttach(world: World, project: Project, volume: Volume, server: Server, after?: Action): Action {
  return world.actions.start(project, {
    command: "attach_volume",
    resources: resourcesOf(volume, server.id),
    ...(after === undefined ? {} : { after }),
    work: async () => {
      await world.driver.attachVolume(machineName(server.id), volume.id);
      volume.server = server.id;
    },
  });
}

function resourcesOf(volume: Volume, server: number | null) {
  const own = { id: volume.id, type: "volume" };
  return server === null ? [own] : [own, { id: server, type: "server" }];
}

function findServer(project: Project, id: number): Server {
  const server = project.servers.find((candidate) => candidate.id === id);
  if (server === undefined) throw notFound("server", id);
  return server;
}

function isCreating(project: Project, volume: Volume): boolean {
  return project.actions.some(
    ({ command, status, resources }) =>
      command === "create_volume" && status === "running" && resources.some(({ id }) => id === volume.id),
  );
}

function renderVolume(volume: Volume, project: Project) {
  const location = locations.find(({ name }) => name === volume.location);
  return {
    id: volume.id,
    created: volume.created,
    name: volume.name,
    server: volume.server,
    location: location && renderLocation(location),
    size: volume.sizeGB,
    linux_device: `/dev/disk/by-id/scsi-0HC_Volume_${volume.id}`,
    protection: { delete: volume.protectedFromDelete },
    labels: volume.labels,
    status: isCreating(project, volume) ? "creating" : "available",
    format: volume.format,
  };
}
