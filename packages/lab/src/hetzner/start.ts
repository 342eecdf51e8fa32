import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { type ServerType as HttpServer, serve } from "@hono/node-server";
import { LabError } from "../errors.js";
import { hostImage } from "../host-image.js";
import { kernel } from "../kernel.js";
import type { Lab } from "../lab.js";
import type { LabProgress } from "../options.js";
import { labPaths } from "../paths.js";
import { readState } from "../state.js";
import { Actions } from "./actions.js";
import { createApi } from "./api.js";
import { apiLog } from "./api-log.js";
import { FaultBook, type Faults } from "./faults.js";
import { LabDriver } from "./lab-driver.js";
import { machineName } from "./machine-name.js";
import { Store } from "./store.js";
import type { Limits } from "./world.js";

export interface HetznerApiOptions {
  /** 0 or absent: the one that this lab's API had before, else any free one. */
  readonly port?: number;
  /** Least time that an action takes; 250 when absent. */
  readonly actionMs?: number;
  readonly limits?: Partial<Limits>;
  readonly onProgress?: (event: LabProgress) => void;
}

/** A server of the API as the lab has it. */
export interface HetznerServer {
  readonly id: number;
  readonly name: string;
  /** What to connect to from the machine: its public IPv4 address. */
  readonly address: string;
  /** Its console's log. */
  readonly consolePath: string;
}

/** The lab's Hetzner Cloud API, served by this process; its servers go on without it. */
export interface HetznerApi {
  /** `http://127.0.0.1:PORT/v1` */
  readonly endpoint: string;
  /** Of the first project. */
  readonly token: string;
  /** What was asked, what ended and how long it took: see `ApiLogEntry`. */
  readonly logPath: string;
  readonly faults: Faults;
  /** A token of a project of its own, empty at first. */
  newProject(): string;
  servers(): readonly HetznerServer[];
  /** Ends open requests and waits for actions under way; servers, disks and state stay for the next start. */
  close(): Promise<void>;
}

const defaultLimits: Limits = { servers: 10, volumes: 20, primaryIps: 20 };

/**
 * Serves the Hetzner Cloud API on loopback. Its servers are hosts of the lab that boot Debian 13 with cloud-init; what
 * the API knows lies in the lab's directory, and a new start goes on from there.
 */
export async function startHetznerApi(lab: Lab, options: HetznerApiOptions = {}): Promise<HetznerApi> {
  const { directory } = lab.files;
  const cacheDir = dirname(dirname(directory));
  const paths = labPaths(cacheDir, lab.name);
  const state = await readState(directory);
  if (state === undefined) throw new LabError(`There is no lab "${lab.name}"`, { code: "no-lab", concerns: lab.name });
  const context = { cacheDir, report: options.onProgress ?? (() => {}) };
  const kernelEntry = await kernel(context);
  const imageEntry = await hostImage(context, "cloud", kernelEntry);
  const driver = new LabDriver(paths, state.number, { imageKey: imageEntry.key, kernelKey: kernelEntry.key });

  const store = Store.open(join(directory, "hetzner", "state.json"));
  const token = store.projects[0]?.token ?? store.openProject(newToken()).token;
  const faults = new FaultBook();
  const logPath = join(directory, "hetzner", "api.log");
  const log = apiLog(logPath);
  const actions = new Actions(store, faults, options.actionMs ?? 250, log);
  const api = createApi({ store, actions, faults, driver, limits: { ...defaultLimits, ...options.limits }, log });
  const { server, port } = await listen(api.fetch, options.port ?? store.port);
  store.port = port;
  store.save();
  return {
    endpoint: `http://127.0.0.1:${port}/v1`,
    token,
    logPath,
    faults,
    newProject: () => store.openProject(newToken()).token,
    servers: () =>
      store.projects
        .flatMap(({ servers }) => servers)
        .map(({ id, name, hostNumber }) => ({
          id,
          name,
          address: driver.addressOf(hostNumber),
          consolePath: join(paths.host(machineName(id)), "console.log"),
        })),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      await actions.settle();
    },
  };
}

/** Hetzner's own have this length; the Terraform provider checks it. */
function newToken(): string {
  return randomBytes(32).toString("hex");
}

/** A port that somebody else took in the meantime is replaced by a free one. */
async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  wanted: number,
): Promise<{ server: HttpServer; port: number }> {
  const attempt = (port: number) =>
    new Promise<HttpServer>((resolve, reject) => {
      const server = serve({ fetch, hostname: "127.0.0.1", port }, () => resolve(server));
      server.once("error", reject);
    });
  const server = await attempt(wanted).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE" && wanted !== 0) return attempt(0);
    throw error;
  });
  return { server, port: (server.address() as AddressInfo).port };
}
