import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { addActionRoutes } from "./action-routes.js";
import { ApiError } from "./api-error.js";
import { addCatalogueRoutes } from "./catalogue-routes.js";
import { rateLimited } from "./faults.js";
import { addFirewallRoutes } from "./firewalls.js";
import { addNetworkRoutes } from "./networks.js";
import { addPlacementGroupRoutes } from "./placement-groups.js";
import { addPrimaryIpRoutes } from "./primary-ips.js";
import { addServerActionRoutes } from "./server-actions.js";
import { addServerRoutes } from "./servers.js";
import { addSshKeyRoutes } from "./ssh-keys.js";
import { addVolumeRoutes } from "./volumes.js";
import type { Api, ApiEnv, World } from "./world.js";

const requestsPerHour = 3600;

/** The API below `/v1`: who asks, how often, and what answers. */
export function createApi(world: World): Api {
  const root = new Hono<ApiEnv>();
  const api = root.basePath("/v1");
  const budgets = new Map<string, Budget>();

  api.use(async (c, next) => {
    const begin = Date.now();
    await next();
    const what = `${c.req.method} ${c.req.path}`;
    world.log?.({ what, outcome: c.res.status, elapsedMs: Date.now() - begin });
  });

  api.use(async (c, next) => {
    const token = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1];
    const project = token === undefined ? undefined : world.store.findProject(token);
    if (project === undefined)
      throw new ApiError(401, "unauthorized", "unable to authenticate; token missing, malformed or wrong");
    const budget = budgets.get(project.token) ?? new Budget();
    budgets.set(project.token, budget);
    const remaining = budget.take();
    c.header("RateLimit-Limit", String(requestsPerHour));
    c.header("RateLimit-Remaining", String(Math.max(0, remaining)));
    c.header("RateLimit-Reset", String(budget.fullAt()));
    if (remaining < 0) throw rateLimited();
    world.faults.checkRate();
    c.set("project", project);
    const silence = world.faults.takeSilence(c.req.method, c.req.path);
    if (silence !== "nothing") await next();
    if (silence === undefined) return;
    world.log?.({ what: `${c.req.method} ${c.req.path}`, outcome: "unanswered", elapsedMs: 0, detail: silence });
    // A response that never comes: the connection stays open until the caller, or the API, ends it.
    await new Promise(() => {});
  });

  addActionRoutes(api, world);
  addCatalogueRoutes(api, world);
  addSshKeyRoutes(api, world);
  addPlacementGroupRoutes(api, world);
  addNetworkRoutes(api, world);
  addFirewallRoutes(api, world);
  addPrimaryIpRoutes(api, world);
  addVolumeRoutes(api, world);
  addServerRoutes(api, world);
  addServerActionRoutes(api, world);

  root.notFound((c) => c.json({ error: renderError(new ApiError(404, "not_found", "page not found")) }, 404));
  root.onError((error, c) => {
    const known =
      error instanceof ApiError ? error : new ApiError(500, "server_error", `the emulator failed: ${error.message}`);
    return c.json({ error: renderError(known) }, known.status as ContentfulStatusCode);
  });
  return root as unknown as Api;
}

function renderError(error: ApiError) {
  return { code: error.code, message: error.message, details: error.details };
}

/** 3600 requests, one more each second. */
class Budget {
  #left = requestsPerHour;
  #at = Date.now();

  take(): number {
    const now = Date.now();
    this.#left = Math.min(requestsPerHour, this.#left + Math.floor((now - this.#at) / 1_000));
    this.#at += Math.floor((now - this.#at) / 1_000) * 1_000;
    if (this.#left > 0) {
      this.#left -= 1;
      return this.#left;
    }
    return -1;
  }

  /** Unix time. */
  fullAt(): number {
    return Math.ceil(Date.now() / 1_000) + requestsPerHour - this.#left;
  }
}
