import { createHash } from "node:crypto";
import { mkdir, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { outsideAddress } from "../addresses.js";
import { makeCloudSeed } from "../cloud-seed.js";
import { command } from "../command.js";
import { LabError } from "../errors.js";
import { startForwarder } from "../forwarder.js";
import { hostProcess, killHost, startHost } from "../host-process.js";
import { renderVolumeDevice } from "../kernel-arguments.js";
import { withLock } from "../lock.js";
import { tellKernel } from "../mconsole.js";
import { startNetwork } from "../network.js";
import type { LabPaths } from "../paths.js";
import { availableMemoryBytes } from "../prerequisites.js";
import { type HostState, type LabState, readState, writeState } from "../state.js";
import type { MachineDriver, MachineSpec } from "./driver.js";

const shutdownTimeoutMs = 90_000;

/** Machines that are hosts of a lab: they stand in its state beside its own hosts, and end with it. */
export class LabDriver implements MachineDriver {
  readonly #paths: LabPaths;
  readonly #number: number;
  readonly #keys: { readonly imageKey: string; readonly kernelKey: string };

  constructor(paths: LabPaths, labNumber: number, keys: { readonly imageKey: string; readonly kernelKey: string }) {
    this.#paths = paths;
    this.#number = labNumber;
    this.#keys = keys;
  }

  addressOf(number: number): string {
    return outsideAddress(this.#number, number);
  }

  async create(spec: MachineSpec): Promise<void> {
    await this.#change(async (servers) => {
      await killHost(this.#paths, spec.name);
      await rm(this.#paths.host(spec.name), { recursive: true, force: true });
      await makeCloudSeed(this.#paths, spec);
      const machineId = createHash("sha256").update(`${spec.name}/${spec.instanceId}`).digest("hex").slice(0, 32);
      const { name, number, ramMiB } = spec;
      const host: HostState = {
        name,
        number,
        ramMiB,
        flavour: "cloud",
        ...this.#keys,
        machineId,
        hostKey: "",
        cut: false,
      };
      return [...servers.filter((server) => server.name !== name), host];
    });
  }

  async start(name: string): Promise<void> {
    await this.#withState(async (state) => {
      const server = find(state, name);
      if ((await hostProcess(this.#paths, name)) !== undefined) return;
      const freeMiB = Math.floor((await availableMemoryBytes()) / 1024 ** 2);
      if (server.ramMiB > freeMiB)
        throw new LabError(`${name} may take ${server.ramMiB} MiB; ${freeMiB} MiB of memory are free`, {
          code: "memory-short",
          concerns: name,
        });
      await startHost(this.#paths, state, server);
    });
  }

  async cut(name: string): Promise<void> {
    await killHost(this.#paths, name);
  }

  async pressPower(name: string): Promise<void> {
    if (!(await this.isRunning(name))) return;
    await this.#tell(name, ["cad"]);
    const deadline = Date.now() + shutdownTimeoutMs;
    while (Date.now() < deadline && (await this.isRunning(name))) await delay(250);
  }

  async isRunning(name: string): Promise<boolean> {
    return (await hostProcess(this.#paths, name)) !== undefined;
  }

  async setRam(name: string, ramMiB: number): Promise<void> {
    await this.#edit(name, (server) => ({ ...server, ramMiB }));
  }

  async remove(name: string): Promise<void> {
    await this.#change(async (servers) => {
      await killHost(this.#paths, name);
      await rm(this.#paths.host(name), { recursive: true, force: true });
      return servers.filter((server) => server.name !== name);
    });
  }

  async makeVolume(id: number, sizeGB: number, format: string | null): Promise<void> {
    const path = this.#volume(id);
    await mkdir(this.#paths.volumes, { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, "", { mode: 0o600 });
    await truncate(`${path}.new`, sizeGB * 1024 ** 3);
    if (format !== null) await command(`mkfs.${format}`, ["-q", "-F", `${path}.new`]);
    await rename(`${path}.new`, path);
  }

  async growVolume(id: number, sizeGB: number): Promise<void> {
    await truncate(this.#volume(id), sizeGB * 1024 ** 3);
  }

  async removeVolume(id: number): Promise<void> {
    await rm(this.#volume(id), { force: true });
  }

  async attachVolume(name: string, id: number): Promise<void> {
    let slot = -1;
    await this.#edit(name, (server) => {
      const volumes = [...(server.volumes ?? [])];
      slot = volumes.indexOf(id);
      if (slot < 0) slot = volumes.indexOf(null);
      if (slot < 0) slot = volumes.length;
      volumes[slot] = id;
      return { ...server, volumes };
    });
    if (await this.isRunning(name))
      await this.#tell(name, ["config", renderVolumeDevice(await this.#labName(), slot, id)]);
  }

  async detachVolume(name: string, id: number): Promise<void> {
    const state = await this.#read();
    const slot = find(state, name).volumes?.indexOf(id) ?? -1;
    if (slot < 0) return;
    if (await this.isRunning(name)) await this.#tell(name, ["remove", `ubd${2 + slot}`]);
    await this.#edit(name, (server) => ({
      ...server,
      volumes: (server.volumes ?? []).map((volume) => (volume === id ? null : volume)),
    }));
  }

  async #tell(name: string, words: readonly string[]): Promise<void> {
    await tellKernel(this.#paths, await this.#labName(), name, words);
  }

  #volume(id: number): string {
    return join(this.#paths.volumes, `${id}.img`);
  }

  async #labName(): Promise<string> {
    return (await this.#read()).name;
  }

  async #edit(name: string, edit: (server: HostState) => HostState): Promise<void> {
    await this.#change(async (servers) => servers.map((server) => (server.name === name ? edit(server) : server)));
  }

  /** Changes which servers there are, and lets network and forwarder know. */
  async #change(edit: (servers: readonly HostState[]) => Promise<readonly HostState[]>): Promise<void> {
    await this.#withState(async (before) => {
      const state: LabState = { ...before, servers: await edit(before.servers ?? []) };
      await writeState(this.#paths.directory, state);
      await startNetwork(this.#paths, state);
      await startForwarder(this.#paths, state, undefined);
    });
  }

  #withState<T>(work: (state: LabState) => Promise<T>): Promise<T> {
    return withLock(this.#paths.directory, async () => work(await this.#read()));
  }

  async #read(): Promise<LabState> {
    const state = await readState(this.#paths.directory);
    if (state === undefined) throw new LabError("The lab is down", { code: "no-lab" });
    return state;
  }
}

function find(state: LabState, name: string): HostState {
  const server = state.servers?.find((candidate) => candidate.name === name);
  if (server === undefined) throw new LabError(`There is no machine ${name}`, { code: "no-host", concerns: name });
  return server;
}
