import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "@allmende/model";
import { insideAddress, outsideAddress } from "./addresses.js";
import { defaultCacheDirectory } from "./cache.js";
import { LabError } from "./errors.js";
import { copyEvidence } from "./evidence.js";
import { startForwarder, stopForwarder } from "./forwarder.js";
import { killHost } from "./host-process.js";
import { labStatus } from "./lab-status.js";
import { withLock } from "./lock.js";
import { stopNetwork } from "./network.js";
import type { LabHost, LabOptions, LabStatus } from "./options.js";
import { type LabPaths, labPaths } from "./paths.js";
import { stopRegistry } from "./registry.js";
import { type RunOptions, runOnHost } from "./ssh-client.js";
import { awaitHost, bringUp, startLab } from "./start.js";
import { type HostState, type LabState, machinesOf, readState, writeState } from "./state.js";

const rebootTimeoutMs = 240_000;

/** What a program on a host said; `exitCode` is 255 when ssh itself failed, -1 after a deadline. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Debian hosts on this machine. They keep running when the process that started them ends. */
export class Lab {
  readonly #paths: LabPaths;
  #state: LabState;

  private constructor(paths: LabPaths, state: LabState) {
    this.#paths = paths;
    this.#state = state;
  }

  /**
   * Starts what is missing of a lab and keeps what runs; resolves when every host answers a real ssh login.
   * Throws LabError: `prerequisites-missing`, `memory-short`, `number-taken`, `host-silent`, `command-failed`, …
   */
  static async start(options: LabOptions): Promise<Lab> {
    const { paths, state } = await startLab(options);
    return new Lab(paths, state);
  }

  /** A lab that was started before, by this or another process. Throws LabError `no-lab`. */
  static async attach(name = "lab", cacheDir = defaultCacheDirectory()): Promise<Lab> {
    const paths = labPaths(cacheDir, name);
    const state = await readState(paths.directory);
    if (state !== undefined) return new Lab(paths, state);
    throw new LabError(`There is no lab "${name}"`, {
      code: "no-lab",
      concerns: name,
      nextStep: `Start it: allmende lab up${name === "lab" ? "" : ` --name ${name}`}`,
    });
  }

  get name(): string {
    return this.#state.name;
  }

  get hosts(): readonly LabHost[] {
    return this.#state.hosts.map((host) => this.#hostOf(host));
  }

  /** Files that its users need: CA of the registry, password of its user `coop`, client configuration for `ssh -F`. */
  get files(): { caCertificate: string; registryPassword: string; sshConfig: string; directory: string } {
    const { caCertificate, registryPassword, directory } = this.#paths;
    return { caCertificate, registryPassword, sshConfig: `${directory}/ssh_config`, directory };
  }

  /** Throws UserError `no-host`. */
  host(name: string): LabHost {
    return this.#hostOf(this.#find(name));
  }

  /** Runs a program as root; for tests that look at a host or break it. A failing program is a result, not an error. */
  async run(name: string, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { exitCode, stdout, stderr } = await runOnHost(this.#paths, this.#find(name).name, argv, options);
    return { exitCode, stdout, stderr };
  }

  /** HTTP GET over loopback; throws what `fetch` throws when nothing answers. */
  async fetch(name: string, port: number, path: string, timeoutMs = 10_000): Promise<{ status: number; body: string }> {
    const response = await fetch(`http://${this.host(name).address}:${port}${path}`, {
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: await response.text() };
  }

  /** An orderly restart; resolves when the new boot answers ssh. */
  async reboot(name: string): Promise<void> {
    const before = await this.#bootId(name);
    await this.run(name, ["systemctl", "reboot"], { timeoutMs: 60_000 });
    const deadline = Date.now() + rebootTimeoutMs;
    while (Date.now() < deadline) {
      const now = await this.#bootId(name);
      if (now !== "" && now !== before) return;
      await delay(500);
    }
    throw new LabError(`${name} did not come back from its reboot`, { code: "host-silent", concerns: name });
  }

  /** Switches a host off as if the power went: its disk stays as written so far, nothing is flushed. */
  async powerCut(name: string): Promise<void> {
    await killHost(this.#paths, this.#find(name).name);
  }

  /** Switches a host on again; resolves when it answers ssh. */
  async boot(name: string): Promise<void> {
    const host = this.#find(name);
    await withLock(this.#paths.directory, async () => {
      await this.#refresh();
      await bringUp(this.#paths, this.#state, [host]);
    });
    await awaitHost(this.#paths, host);
  }

  /** Ends a host's connections from the machine and refuses new ones. */
  async cut(name: string): Promise<void> {
    await this.#setCut(name, true);
  }

  async heal(name: string): Promise<void> {
    await this.#setCut(name, false);
  }

  /** Changes the round-trip time added to new connections, in milliseconds. */
  async setDelay(delayMs: number): Promise<void> {
    await this.#change((state) => ({ ...state, delayMs }));
  }

  /** Console logs, journals and the lab's own logs into a directory. Never throws. */
  async copyEvidence(directory: string): Promise<void> {
    const state = await readState(this.#paths.directory).catch(() => undefined);
    await copyEvidence(this.#paths, state ?? this.#state, directory);
  }

  status(): Promise<LabStatus> {
    return labStatus(this.#paths, this.#state);
  }

  /** Ends everything that the lab started and removes its state; `keepDisks` keeps what a later start needs to go on from here. */
  async down(options: { readonly keepDisks?: boolean } = {}): Promise<void> {
    await withLock(this.#paths.directory, async () => {
      await this.#refresh();
      for (const host of machinesOf(this.#state)) await killHost(this.#paths, host.name);
      await stopForwarder(this.#paths);
      await stopRegistry(this.#paths);
      await stopNetwork(this.#paths, this.#state.name);
      if (options.keepDisks !== true) await rm(this.#paths.directory, { recursive: true, force: true });
    });
  }

  #find(name: string): HostState {
    const host = this.#state.hosts.find((candidate) => candidate.name === name);
    if (host !== undefined) return host;
    const names = this.#state.hosts.map((candidate) => candidate.name).join(", ");
    throw new UserError(`The lab "${this.name}" has no host "${name}"`, {
      code: "no-host",
      concerns: name,
      nextStep: `Its hosts: ${names}`,
    });
  }

  #hostOf(host: HostState): LabHost {
    return {
      name: host.name,
      address: outsideAddress(this.#state.number, host.number),
      port: 22,
      user: "hostmaster",
      hostKey: host.hostKey,
      privateKeyPath: this.#paths.privateKey,
      insideAddress: insideAddress(this.#state.number, host.number),
      ramMiB: host.ramMiB,
    };
  }

  async #bootId(name: string): Promise<string> {
    const result = await this.run(name, ["cat", "/proc/sys/kernel/random/boot_id"], { timeoutMs: 30_000 });
    return result.exitCode === 0 ? result.stdout.trim() : "";
  }

  async #setCut(name: string, cut: boolean): Promise<void> {
    this.#find(name);
    await this.#change((state) => ({
      ...state,
      hosts: state.hosts.map((host) => (host.name === name ? { ...host, cut } : host)),
    }));
  }

  async #change(edit: (state: LabState) => LabState): Promise<void> {
    await withLock(this.#paths.directory, async () => {
      await this.#refresh();
      this.#state = edit(this.#state);
      await writeState(this.#paths.directory, this.#state);
      await startForwarder(this.#paths, this.#state, undefined);
    });
  }

  /** Another process may have added hosts since this one looked. */
  async #refresh(): Promise<void> {
    this.#state = (await readState(this.#paths.directory)) ?? this.#state;
  }
}
