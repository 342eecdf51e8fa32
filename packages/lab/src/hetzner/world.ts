import type { Hono } from "hono";
import type { Actions } from "./actions.js";
import { isLocked } from "./api-error.js";
import type { ApiLog } from "./api-log.js";
import type { MachineDriver } from "./driver.js";
import type { FaultBook } from "./faults.js";
import type { Project } from "./records.js";
import type { Store } from "./store.js";

/** Most resources of a kind in one project. */
export interface Limits {
  readonly servers: number;
  readonly volumes: number;
  readonly primaryIps: number;
}

/** Everything that the routes share. */
export interface World {
  readonly store: Store;
  readonly actions: Actions;
  readonly faults: FaultBook;
  readonly driver: MachineDriver;
  readonly limits: Limits;
  readonly log?: ApiLog;
}

/** What the routes know of a request besides the request: whose token it bears. */
export interface ApiEnv {
  Variables: { project: Project };
}

export type Api = Hono<ApiEnv>;

/** Throws `locked` when an action works on the resource. */
export function checkUnlocked(world: World, project: Project, type: string, id: number): void {
  if (world.actions.isBusy(project, type, id)) throw isLocked(type);
}
