import { machineName } from "./machine-name.js";
import type { Action, Project, Server } from "./records.js";
import type { World } from "./world.js";

/** Switches a server on: `start_server`, also as a part of its creation. */
export function startServer(world: World, project: Project, server: Server, command: string, after?: Action): Action {
  return startPower(
    world,
    project,
    server,
    command,
    async () => {
      server.status = "starting";
      await world.driver.start(machineName(server.id));
      server.status = "running";
    },
    after,
  );
}

/** An action of a server's power; when it fails, the machine says what is so. */
export function startPower(
  world: World,
  project: Project,
  server: Server,
  command: string,
  work: () => Promise<void>,
  after?: Action,
): Action {
  return world.actions.start(project, {
    command,
    resources: [{ id: server.id, type: "server" }],
    ...(after === undefined ? {} : { after }),
    work,
    undo: async () => {
      server.status = (await world.driver.isRunning(machineName(server.id))) ? "running" : "off";
    },
  });
}
