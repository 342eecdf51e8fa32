import { rm } from "node:fs/promises";
import { join } from "node:path";
import { namespaceOf } from "./addresses.js";
import { assetPath } from "./cache.js";
import { renderKernelArguments } from "./kernel-arguments.js";
import type { LabPaths } from "./paths.js";
import { killProcessesOf, runningProcess, startDetached } from "./process.js";
import type { HostState, LabState } from "./state.js";

/** The process that keeps a host running, undefined when the host is off. */
export function hostProcess(paths: LabPaths, name: string): Promise<number | undefined> {
  return runningProcess(join(paths.host(name), "pid"), paths.host(name));
}

/** Switches a host on unless it is; its console goes to `console.log`. */
export async function startHost(paths: LabPaths, state: LabState, host: HostState): Promise<void> {
  if ((await hostProcess(paths, host.name)) !== undefined) return;
  // A kernel whose launcher was killed would go on writing to the disk.
  await killHost(paths, host.name);
  const directory = paths.host(host.name);
  await rm(join(directory, "uml"), { recursive: true, force: true });
  const root = join(paths.cacheDir, "kernel", host.kernelKey, "root");
  const launch = ["sh", assetPath("runtime", "launch-host.sh"), root, paths.cacheDir, directory, String(host.ramMiB)];
  const argv = [
    "--mount",
    "ip",
    "netns",
    "exec",
    namespaceOf(state.name),
    ...launch,
    ...renderKernelArguments(state.name, state.number, host, directory),
  ];
  await startDetached("unshare", argv, join(directory, "console.log"), join(directory, "pid"));
}

/** A power cut: the guest's processes are killed as they are, its disk stays as it was written so far. */
export async function killHost(paths: LabPaths, name: string): Promise<void> {
  await killProcessesOf(paths.host(name));
  await rm(join(paths.host(name), "pid"), { force: true });
}
