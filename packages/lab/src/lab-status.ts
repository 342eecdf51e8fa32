import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { outsideAddress } from "./addresses.js";
import { isForwarderRunning } from "./forwarder.js";
import { hostProcess } from "./host-process.js";
import type { LabHostStatus, LabStatus } from "./options.js";
import type { LabPaths } from "./paths.js";
import { processesOf, startTime } from "./process.js";
import { isRegistryRunning } from "./registry.js";
import type { HostState, LabState } from "./state.js";

/** What runs now, from the machine's view; asks no host. */
export async function labStatus(paths: LabPaths, state: LabState): Promise<LabStatus> {
  return {
    name: state.name,
    number: state.number,
    registryRunning: await isRegistryRunning(paths),
    forwarderRunning: await isForwarderRunning(paths),
    hosts: await Promise.all(state.hosts.map((host) => hostStatus(paths, state, host))),
  };
}

async function hostStatus(paths: LabPaths, state: LabState, host: HostState): Promise<LabHostStatus> {
  const pid = await hostProcess(paths, host.name);
  const disk = await stat(join(paths.host(host.name), "disk.cow")).catch(() => undefined);
  const common = {
    name: host.name,
    address: outsideAddress(state.number, host.number),
    diskBytes: (disk?.blocks ?? 0) * 512,
    cut: host.cut,
  };
  if (pid === undefined) return { ...common, running: false };
  const since = await startTime(pid);
  return {
    ...common,
    running: true,
    pid,
    memoryBytes: await memoryBytes(paths.host(host.name)),
    ...(since === undefined ? {} : { since: since.toISOString() }),
  };
}

/** The guest's kernel maps all memory that the guest has touched: its resident size is what the host takes. */
async function memoryBytes(marker: string): Promise<number> {
  const sizes = (await processesOf(marker)).map(async (pid) => {
    const text = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
  });
  return Math.max(0, ...(await Promise.all(sizes)));
}
