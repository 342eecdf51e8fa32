import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LabPaths } from "./paths.js";
import { runOnHost } from "./ssh-client.js";
import type { LabState } from "./state.js";

/** Console logs, journals and the lab's own logs into a directory. Best effort: what cannot be had is left out. */
export async function copyEvidence(paths: LabPaths, state: LabState, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true }).catch(() => {});
  const logs = [
    ["network", "dnsmasq.log"],
    ["forwarder", "inside.log"],
    ["forwarder", "outside.log"],
    ["registry", "open.log"],
    ["registry", "login.log"],
    ["hetzner", "api.log"],
  ] as const;
  for (const [folder, name] of logs)
    await copyFile(join(paths.directory, folder, name), join(directory, name)).catch(() => {});
  for (const { name } of state.servers ?? []) await copyConsole(paths, name, directory);
  await Promise.all(state.hosts.map((host) => copyHostEvidence(paths, host.name, directory).catch(() => {})));
}

async function copyConsole(paths: LabPaths, name: string, directory: string): Promise<void> {
  await copyFile(join(paths.host(name), "console.log"), join(directory, `${name}-console.log`)).catch(() => {});
}

async function copyHostEvidence(paths: LabPaths, name: string, directory: string): Promise<void> {
  await copyConsole(paths, name, directory);
  const journal = await runOnHost(paths, name, ["journalctl", "--boot", "--no-pager", "--output=short-precise"], {
    timeoutMs: 60_000,
  });
  await writeFile(
    join(directory, `${name}-journal.log`),
    journal.exitCode === 0 ? journal.stdout : `not to be had: ${journal.stderr}\n`,
  );
}
