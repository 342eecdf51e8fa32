import * as z from "zod";
import { conflict, invalidInput, isProtected } from "./api-error.js";
import { images, ramMiBOf, serverTypes } from "./catalogue.js";
import { machineName } from "./machine-name.js";
import type { Project, Server } from "./records.js";
import { findByIdOrName, readBody, resourceOf } from "./requests.js";
import { checkPlacement, joinNetwork, machineSpec } from "./server-plan.js";
import { startPower, startServer } from "./server-power.js";
import { refreshServers } from "./server-view.js";
import { type Api, checkUnlocked, type World } from "./world.js";

type Work = () => void | Promise<void>;
const idOrName = z.union([z.string(), z.number()]);
const empty = z.strictObject({});

export function addServerActionRoutes(api: Api, world: World): void {
  const { driver } = world;

  /** One action: `plan` checks and says what to do; what it changes at once is seen at once. */
  const add = <T extends z.ZodType>(
    path: string,
    command: string,
    schema: T,
    plan: (server: Server, body: z.output<T>, project: Project) => Work,
  ) =>
    api.post(`/servers/:id/actions/${path}`, async (c) => {
      const { project } = c.var;
      const server = resourceOf(c, project.servers, "server");
      const body = await readBody(c, schema);
      checkUnlocked(world, project, "server", server.id);
      await refreshServers(world, project);
      const work = plan(server, body, project);
      const action = startPower(world, project, server, command, async () => work());
      return c.json({ action, root_password: null }, 201);
    });

  api.post("/servers/:id/actions/poweron", (c) => {
    const server = resourceOf(c, c.var.project.servers, "server");
    checkUnlocked(world, c.var.project, "server", server.id);
    return c.json({ action: startServer(world, c.var.project, server, "start_server") }, 201);
  });

  const cut = async (server: Server) => {
    await driver.cut(machineName(server.id));
    server.status = "off";
  };
  const start = async (server: Server) => {
    await driver.start(machineName(server.id));
    server.status = "running";
  };
  const press = async (server: Server) => {
    await driver.pressPower(machineName(server.id));
    if (!(await driver.isRunning(machineName(server.id)))) server.status = "off";
  };

  add("poweroff", "stop_server", empty, (server) => () => cut(server));
  add("reset", "reset_server", empty, (server) => async () => {
    await cut(server);
    await start(server);
  });
  add("shutdown", "shutdown_server", empty, (server) => () => press(server));
  add("reboot", "reboot_server", empty, (server) => async () => {
    await press(server);
    await start(server);
  });

  const typeSchema = z.strictObject({ server_type: idOrName, upgrade_disk: z.boolean() });
  add("change_type", "change_server_type", typeSchema, (server, body) => {
    const type = findByIdOrName(serverTypes, body.server_type);
    if (type === undefined) throw invalidInput("server_type", `server type ${body.server_type} not found`);
    if (server.status !== "off") throw conflict("server must be off", "server_not_stopped");
    if (type.name === server.serverType) throw invalidInput("server_type", "the server has this type already");
    if (type.diskGB < server.diskGB) throw invalidInput("server_type", "its disk is smaller than the server's");
    world.faults.checkStock(type.name, server.location);
    return async () => {
      await driver.setRam(machineName(server.id), ramMiBOf(type));
      server.serverType = type.name;
      if (body.upgrade_disk) server.diskGB = type.diskGB;
      // "This copies the content of its disk, and starts it again": nobody has to send a poweron.
      await start(server);
    };
  });

  const protectionSchema = z.strictObject({ delete: z.boolean().optional(), rebuild: z.boolean().optional() });
  add("change_protection", "change_protection", protectionSchema, (server, body) => {
    const wanted = {
      delete: body.delete ?? server.protectedFromDelete,
      rebuild: body.rebuild ?? server.protectedFromRebuild,
    };
    if (wanted.delete !== wanted.rebuild) throw invalidInput("rebuild", "must be the same as delete");
    return () => {
      server.protectedFromDelete = wanted.delete;
      server.protectedFromRebuild = wanted.rebuild;
    };
  });

  add("rebuild", "rebuild_server", z.strictObject({ image: idOrName }), (server, body) => {
    if (server.protectedFromRebuild) throw isProtected("server");
    if (findByIdOrName(images, body.image) === undefined) throw invalidInput("image", `image ${body.image} not found`);
    const type = serverTypes.find(({ name }) => name === server.serverType);
    return async () => {
      server.status = "rebuilding";
      await driver.remove(machineName(server.id));
      await driver.create(machineSpec(server, type === undefined ? 1024 : ramMiBOf(type), false));
      await start(server);
    };
  });

  add("enable_backup", "enable_backup", z.strictObject({ backup_window: z.string().optional() }), (server) => () => {
    server.backupWindow = "22-02";
  });
  add("disable_backup", "disable_backup", empty, (server) => () => {
    server.backupWindow = null;
  });

  const groupSchema = z.strictObject({ placement_group: z.number() });
  add("add_to_placement_group", "add_to_placement_group", groupSchema, (server, body, project) => {
    if (server.status !== "off") throw conflict("server must be off", "server_not_stopped");
    checkPlacement(project, body.placement_group);
    return () => {
      server.placementGroup = body.placement_group;
    };
  });
  add("remove_from_placement_group", "remove_from_placement_group", empty, (server) => () => {
    server.placementGroup = null;
  });

  const networkSchema = z.strictObject({
    network: z.number(),
    ip: z.string().optional(),
    ip_range: z.string().optional(),
    alias_ips: z.array(z.string()).nullish(),
  });
  add("attach_to_network", "attach_to_network", networkSchema, (server, body, project) => {
    const net = joinNetwork(project, body.network, server, body.ip, body.alias_ips ?? []);
    return () => {
      server.privateNets.push(net);
    };
  });
  add("detach_from_network", "detach_from_network", z.strictObject({ network: z.number() }), (server, body) => {
    const index = server.privateNets.findIndex(({ network }) => network === body.network);
    if (index < 0) throw conflict("server is not attached", "server_not_attached");
    return () => {
      server.privateNets.splice(index, 1);
    };
  });
  const aliasSchema = z.strictObject({ network: z.number(), alias_ips: z.array(z.string()) });
  add("change_alias_ips", "change_alias_ips", aliasSchema, (server, body) => {
    const net = server.privateNets.find(({ network }) => network === body.network);
    if (net === undefined) throw conflict("server is not attached", "server_not_attached");
    return () => {
      net.aliasIps = [...body.alias_ips];
    };
  });
}
