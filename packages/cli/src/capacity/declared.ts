import { type HostInventory, inventoryOfHost, type LoadedInventory, UserError } from "@allmende/model";
import { beginOfDay, type HeldRequest, type RequestedInventory } from "@allmende/requests";
import { type DeployedHost, deployedHosts } from "../live/deployed.js";
import { readDeployment } from "../stack/deployment.js";
import { readStackFolder } from "../stack/folder.js";
import { hasInventory } from "../stack/inventory-folder.js";
import { loadSettled, settleFolder } from "../stack/stack-inventory.js";

export type CapacitySource = "state" | "inventory";

/** Where the number of a host's RAM comes from: the inventory, or what the host said at the last `up`. */
export type RamOrigin = "declared" | "reported" | "unknown";

/** A host with its services, its RAM filled in where it is known. */
export interface CapacityHost {
  readonly inventory: HostInventory;
  readonly ramIs: RamOrigin;
  /** As it is from each day on which accepted requests come into effect; the earliest first. */
  readonly later: readonly { readonly date: string; readonly inventory: HostInventory }[];
}

export interface DeclaredCapacity {
  readonly source: CapacitySource;
  readonly hosts: readonly CapacityHost[];
  /** Requests that wait: their RAM is not sold. */
  readonly held: readonly HeldRequest[];
}

interface Place {
  readonly path: string;
  readonly stack?: string | undefined;
}

/**
 * The hosts of an inventory or of a stack's state. RAM that is not declared is what the host reported at the last `up`.
 * Throws UserError: `bad-inventory`, `nothing-deployed`, `no-inventory`.
 */
export async function readCapacityHosts(place: Place, asked?: CapacitySource): Promise<DeclaredCapacity> {
  const source = asked ?? (hasInventory(place.path) ? "inventory" : "state");
  if (source === "state") {
    const deployed = await readDeployedHosts(place);
    const now = (host: DeployedHost) => ({ ...withRam(host, reportedRam([host])), later: [] });
    return { source, held: [], hosts: deployed.map(now) };
  }
  const nowMs = Date.now();
  const settled = await settleFolder(place.path, { ...stackOf(place), nowMs });
  const inventory = loadSettled(place.path, settled, nowMs);
  const days = laterDays(inventory, nowMs).map(({ date, beginMs }) => ({
    date,
    hosts: hostsOf(loadSettled(place.path, settled, beginMs)),
  }));
  const isComplete = inventory.hosts.every(({ ramBytes }) => ramBytes !== undefined);
  const reported = reportedRam(isComplete ? [] : await whatIsDeployed(place));
  const hosts = hostsOf(inventory).map((host, index) => ({
    ...withRam(host, reported),
    later: days.flatMap(({ date, hosts }) => {
      const then = hosts[index];
      return then === undefined ? [] : [{ date, inventory: withRam(then, reported).inventory }];
    }),
  }));
  return { source, held: inventory.held, hosts };
}

/** Days on which something that was accepted comes into effect, the earliest first. */
function laterDays({ requests, work }: RequestedInventory, nowMs: number) {
  if (work === undefined) return [];
  const dates = requests.filter(({ change }) => change !== "work").map(({ date }) => date);
  return [...new Set(dates)]
    .sort()
    .map((date) => ({ date, beginMs: beginOfDay(date, work.zone) }))
    .filter(({ beginMs }) => beginMs > nowMs);
}

/** The stack that is named; without a name it is found where it is needed. */
const stackOf = ({ path, stack }: Place) => (stack === undefined ? {} : { folder: readStackFolder(path, stack) });

const hostsOf = (inventory: LoadedInventory) => inventory.hosts.map(({ name }) => inventoryOfHost(inventory, name));

async function readDeployedHosts({ path, stack }: Place): Promise<DeployedHost[]> {
  return deployedHosts(await readDeployment(readStackFolder(path, stack)));
}

/** An inventory needs no stack around it, and a stack may have brought nothing anywhere yet. */
async function whatIsDeployed(place: Place): Promise<DeployedHost[]> {
  try {
    return await readDeployedHosts(place);
  } catch (error) {
    if (error instanceof UserError && ["no-stack", "no-program", "nothing-deployed"].includes(error.code)) return [];
    throw error;
  }
}

/** Bytes of RAM by host, as each said at the last `up`. */
function reportedRam(deployed: readonly DeployedHost[]): ReadonlyMap<string, number> {
  const known = deployed.flatMap(({ host, resources }): [string, number][] => {
    const facts = resources.find(({ type }) => type.endsWith(":Host"))?.outputs["facts"];
    const bytes = (facts as { memTotalBytes?: unknown } | undefined)?.memTotalBytes;
    return typeof bytes === "number" && bytes > 0 ? [[host.name, bytes]] : [];
  });
  return new Map(known);
}

function withRam({ host, members, services }: HostInventory, reported: ReadonlyMap<string, number>) {
  const ramBytes = host.ramBytes ?? reported.get(host.name);
  const ramIs: RamOrigin = host.ramBytes !== undefined ? "declared" : ramBytes === undefined ? "unknown" : "reported";
  return { inventory: { host: { ...host, ramBytes }, members, services }, ramIs };
}
