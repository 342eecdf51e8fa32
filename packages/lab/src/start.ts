import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkName, namespaceOf } from "./addresses.js";
import { makeAuthority } from "./authority.js";
import { type CacheContext, defaultCacheDirectory, exists, listDirectory } from "./cache.js";
import { LabError } from "./errors.js";
import { startForwarder } from "./forwarder.js";
import { hostImage } from "./host-image.js";
import { hostProcess, startHost } from "./host-process.js";
import { kernel } from "./kernel.js";
import { withLock } from "./lock.js";
import { startNetwork } from "./network.js";
import type { ImageFlavour, LabOptions } from "./options.js";
import { type LabPaths, labPaths } from "./paths.js";
import { planLabNumber, planNewHosts } from "./plan.js";
import { availableMemoryBytes, checkPrerequisites } from "./prerequisites.js";
import { step } from "./progress.js";
import { startRegistry } from "./registry.js";
import { registryImages } from "./registry-images.js";
import { makeKey, makeSeed } from "./seed.js";
import { awaitSsh, renderKnownHosts, renderSshConfig } from "./ssh-client.js";
import { type HostState, type LabState, readState, writeState } from "./state.js";

const sshTimeoutMs = 180_000;

/** Brings a lab to what the options ask for and keeps what is there; resolves when every host answers ssh. */
export async function startLab(options: LabOptions): Promise<{ paths: LabPaths; state: LabState }> {
  const name = options.name ?? "lab";
  checkName("lab", name);
  const report = options.onProgress ?? (() => {});
  const cacheDir = options.cacheDir ?? defaultCacheDirectory();
  const context: CacheContext = { cacheDir, report, signal: options.signal };
  const paths = labPaths(cacheDir, name);
  await refuseWithoutPrerequisites();
  const state = await withLock(
    paths.directory,
    async () => {
      const prepared = await prepare(options, name, paths, context);
      await step(report, "start hosts", async (info) => {
        await refuseWithoutMemory(paths, prepared);
        await bringUp(paths, prepared, prepared.hosts);
        await Promise.all(
          prepared.hosts.map((host) => awaitHost(paths, host, options.signal).then(() => info(`${host.name} answers`))),
        );
      });
      return prepared;
    },
    () =>
      report({
        step: "start hosts",
        state: "info",
        elapsedMs: 0,
        message: `waiting: another process works on the lab "${name}"`,
      }),
    options.signal,
  );
  return { paths, state };
}

/** Everything that the lab's hosts need, and the named hosts themselves; what runs already is kept. */
export async function bringUp(paths: LabPaths, state: LabState, hosts: readonly HostState[]): Promise<void> {
  const mirror = join(
    paths.cacheDir,
    "images",
    state.hosts.find((host) => host.flavour === "stock")?.imageKey ?? "none",
    "mirror",
  );
  await startNetwork(paths, state);
  await startRegistry(paths, state);
  for (const host of hosts) await startHost(paths, state, host);
  await startForwarder(paths, state, (await exists(mirror)) ? mirror : undefined);
}

export async function awaitHost(paths: LabPaths, host: HostState, signal?: AbortSignal): Promise<void> {
  if (host.cut) return;
  await awaitSsh(paths, host.name, async () => (await hostProcess(paths, host.name)) !== undefined, {
    timeoutMs: sshTimeoutMs,
    signal,
  });
}

/** Images, keys and the state file: everything before the first process. */
async function prepare(options: LabOptions, name: string, paths: LabPaths, context: CacheContext): Promise<LabState> {
  const existing = await readState(paths.directory);
  planLabNumber(options, existing, await otherLabs(paths, name)); // refuses before anything is built
  const added = planNewHosts(name, options.hosts, existing?.hosts ?? []);
  const [{ kernelEntry, imageKeys }, images] = await Promise.all([hostImages(context, added), registryImages(context)]);

  const record = async () => {
    const number = planLabNumber(options, existing, await otherLabs(paths, name));
    await mkdir(paths.directory, { recursive: true, mode: 0o700 });
    if (!(await exists(paths.privateKey))) await makeKey(paths.privateKey, `allmende-lab-${name}`);
    await makeAuthority(paths, name, number);
    const hosts: HostState[] = [...(existing?.hosts ?? [])];
    for (const host of added) {
      // A host that is not in the state has no past: remains of an interrupted start would give it another's disk.
      await rm(paths.host(host.name), { recursive: true, force: true });
      const hostKey = await makeSeed(paths, host.name);
      hosts.push({ ...host, hostKey, imageKey: imageKeys.get(host.flavour) ?? "", kernelKey: kernelEntry.key });
    }
    const delayMs = options.delayMs ?? existing?.delayMs ?? 0;
    const servers = existing?.servers === undefined ? {} : { servers: existing.servers };
    const state: LabState = { version: 1, name, number, delayMs, registryKey: images.key, hosts, ...servers };
    await writeFile(join(paths.directory, "known_hosts"), renderKnownHosts(state));
    await writeFile(join(paths.directory, "ssh_config"), renderSshConfig(paths, state));
    await writeState(paths.directory, state);
    return state;
  };
  // A number is taken once it is written: labs that start at the same moment do this one after the other.
  return await withLock(join(paths.directory, ".."), record, undefined, options.signal);
}

/** The kernel and the image of every flavour that new hosts want. */
async function hostImages(context: CacheContext, hosts: readonly { readonly flavour: ImageFlavour }[]) {
  const kernelEntry = await kernel(context);
  const imageKeys = new Map<ImageFlavour, string>();
  for (const flavour of new Set(hosts.map((host) => host.flavour))) {
    imageKeys.set(flavour, (await hostImage(context, flavour, kernelEntry)).key);
  }
  return { kernelEntry, imageKeys };
}

async function otherLabs(paths: LabPaths, name: string): Promise<Map<number, string>> {
  const labs = new Map<number, string>();
  const parent = join(paths.directory, "..");
  for (const other of (await listDirectory(parent)).filter((entry) => entry !== name)) {
    const state = await readState(join(parent, other)).catch(() => undefined);
    if (state !== undefined) labs.set(state.number, state.name);
  }
  return labs;
}

async function refuseWithoutPrerequisites(): Promise<void> {
  const findings = await checkPrerequisites();
  if (findings.length === 0) return;
  throw new LabError(`The lab cannot start here:\n${findings.map((finding) => `- ${finding.message}`).join("\n")}`, {
    code: "prerequisites-missing",
  });
}

async function refuseWithoutMemory(paths: LabPaths, state: LabState): Promise<void> {
  const off: HostState[] = [];
  for (const host of state.hosts) if ((await hostProcess(paths, host.name)) === undefined) off.push(host);
  const neededMiB = off.reduce((sum, host) => sum + host.ramMiB, 0);
  const availableMiB = Math.floor((await availableMemoryBytes()) / 1024 ** 2);
  if (neededMiB <= availableMiB) return;
  throw new LabError(
    `${off.map((host) => host.name).join(", ")} may take ${neededMiB} MiB; ${availableMiB} MiB of memory are free (${namespaceOf(state.name)})`,
    {
      code: "memory-short",
      concerns: state.name,
      nextStep: "Give the hosts less RAM, start fewer, or take another lab down.",
    },
  );
}
