import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gatewayAddress, namespaceOf } from "./addresses.js";
import { command, tryCommand } from "./command.js";
import { renderDnsmasq } from "./dnsmasq.js";
import type { LabPaths } from "./paths.js";
import { runningProcess, startDetached, stopDetached } from "./process.js";
import { type LabState, machinesOf } from "./state.js";

/** Makes the lab's namespace with its bridge, one tap for each host, and dnsmasq; keeps what is already there. */
export async function startNetwork(paths: LabPaths, state: LabState): Promise<void> {
  const namespace = namespaceOf(state.name);
  await mkdir(paths.network, { recursive: true });
  if ((await tryCommand("ip", ["netns", "exec", namespace, "true"])).exitCode !== 0) {
    await tryCommand("ip", ["netns", "delete", namespace]);
    await command("ip", ["netns", "add", namespace]);
  }
  const script = [
    "link set lo up",
    ...((await hasLink(namespace, "lab0"))
      ? []
      : ["link add lab0 type bridge", `address add ${gatewayAddress(state.number)}/24 dev lab0`, "link set lab0 up"]),
  ];
  for (const host of machinesOf(state)) {
    const tap = `tap${host.number}`;
    if (!(await hasLink(namespace, tap)))
      script.push(`tuntap add dev ${tap} mode tap`, `link set ${tap} master lab0 up`);
  }
  for (const line of script) await command("ip", ["-n", namespace, ...line.split(" ")]);
  await startDnsmasq(paths, state);
}

async function hasLink(namespace: string, name: string): Promise<boolean> {
  return (await tryCommand("ip", ["-n", namespace, "link", "show", "dev", name])).exitCode === 0;
}

/** Starts dnsmasq, again when the hosts that it must know are others than before. */
async function startDnsmasq(paths: LabPaths, state: LabState): Promise<void> {
  const configuration = join(paths.network, "dnsmasq.conf");
  const pidPath = join(paths.network, "dnsmasq.pid");
  const wanted = renderDnsmasq(state.number, paths.network, machinesOf(state));
  const same = (await readFile(configuration, "utf8").catch(() => "")) === wanted;
  if (same && (await runningProcess(pidPath, configuration)) !== undefined) return;
  await stopDetached(pidPath, configuration);
  await writeFile(configuration, wanted);
  const argv = [
    "netns",
    "exec",
    namespaceOf(state.name),
    "dnsmasq",
    "--keep-in-foreground",
    `--conf-file=${configuration}`,
  ];
  await startDetached("ip", argv, join(paths.network, "dnsmasq.log"), pidPath);
}

/** Ends dnsmasq and removes the namespace with all of its devices. */
export async function stopNetwork(paths: LabPaths, name: string): Promise<void> {
  await stopDetached(join(paths.network, "dnsmasq.pid"), join(paths.network, "dnsmasq.conf"));
  await tryCommand("ip", ["netns", "delete", namespaceOf(name)]);
}
