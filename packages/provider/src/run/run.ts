import { isDeepStrictEqual } from "node:util";
import { AllmendeError, ConnectError, type HostSpec } from "@allmende/model";
import { PatchRuns } from "../patch/patch-runs.js";
import type { EngineLog, Severity } from "../wire/engine-log.js";
import { unknownValue } from "../wire/values.js";
import type { HostBackend } from "./backend.js";
import { type ProviderConfiguration, parseConfiguration } from "./configuration.js";
import { DeclaredHosts } from "./declared.js";
import { HostSession } from "./host-session.js";

/** Makes the backend once the configuration is known, at the first need. */
export type BackendFactory = (configuration: ProviderConfiguration) => HostBackend;

/** Everything that lasts from one request to the next: configuration, connections, what was declared so far. */
export class Run {
  #declared = new DeclaredHosts();
  readonly #createBackend: BackendFactory;
  #cancellation = new AbortController();
  readonly #sessions = new Map<string, HostSession>();
  readonly #reportedRam = new Map<string, Promise<number | undefined>>();
  #configuration: ProviderConfiguration | undefined;
  #backend: HostBackend | undefined;
  #log: EngineLog;
  #patchRuns: PatchRuns;

  constructor(createBackend: BackendFactory, log: EngineLog) {
    this.#createBackend = createBackend;
    this.#log = log;
    this.#patchRuns = this.#createPatchRuns();
  }

  get configuration(): ProviderConfiguration {
    this.#configuration ??= parseConfiguration({});
    return this.#configuration;
  }

  /** A new run begins: what an earlier one declared and saw is forgotten, as when the engine attaches to a plugin twice. */
  configure(configuration: ProviderConfiguration): void {
    if (!isDeepStrictEqual(configuration, this.#configuration)) void this.#backend?.close();
    if (!isDeepStrictEqual(configuration, this.#configuration)) this.#backend = undefined;
    this.#configuration = configuration;
    // The engine cancels at the end of every run as well.
    if (this.#cancellation.signal.aborted) this.#cancellation = new AbortController();
    this.#declared = new DeclaredHosts();
    this.#sessions.clear();
    this.#reportedRam.clear();
    this.#patchRuns = this.#createPatchRuns();
  }

  /** What this run has declared so far. */
  get declared(): DeclaredHosts {
    return this.#declared;
  }

  /** Patch runs that this run has declared, and takes part in. */
  get patchRuns(): PatchRuns {
    return this.#patchRuns;
  }

  /** Lines go to this engine from now on. */
  attach(log: EngineLog): void {
    void this.#log.close();
    this.#log = log;
  }

  /** A line that stays, at the resource. */
  log(severity: Severity, message: string, urn?: string): void {
    this.#log.log(severity, message, urn);
  }

  /** What is going on, at the resource; gone with the next line. */
  progress(message: string, urn?: string): void {
    this.#log.progress(message, urn);
  }

  /** All dealings with the host, whatever name and keys it is declared with. One address may be two hosts behind two bastions. */
  session(host: HostSpec): HostSession {
    const { address, port, bastion } = host.connection;
    const key = [address, port, bastion?.address, bastion?.port].join(" ");
    const session = this.#sessions.get(key) ?? new HostSession(this.#connectBackend(), this.#cancellation.signal);
    this.#sessions.set(key, session);
    return session;
  }

  /**
   * RAM that a host reports, for hosts that are declared without. Undefined when it cannot be asked, which is
   * said once (as a warning: the host may not exist yet).
   */
  reportedRam(host: HostSpec, urn: string): Promise<number | undefined> {
    if (host.ramBytes !== undefined || host.connection.address === unknownValue) return Promise.resolve(undefined);
    const known = this.#reportedRam.get(host.name) ?? this.#askForRam(host, urn);
    this.#reportedRam.set(host.name, known);
    return known;
  }

  /** Nothing new is begun; what runs is awaited. */
  async cancel(): Promise<void> {
    this.#cancellation.abort();
    await Promise.all([this.#patchRuns, ...this.#sessions.values()].map((each) => each.idle()));
  }

  /** Cancels, and ends all connections. */
  async close(): Promise<void> {
    await this.cancel();
    await this.#backend?.close();
    await this.#log.close();
  }

  #createPatchRuns(): PatchRuns {
    return new PatchRuns((host) => this.#connectBackend().target(host), this.#cancellation.signal);
  }

  #connectBackend(): HostBackend {
    this.#backend ??= this.#createBackend(this.configuration);
    return this.#backend;
  }

  async #askForRam(host: HostSpec, urn: string): Promise<number | undefined> {
    try {
      const { facts } = await withinMs(askDeadlineMs, this.session(host).inspect(host), host.name);
      return facts.memTotalBytes;
    } catch (error) {
      if (!(error instanceof AllmendeError)) throw error;
      const advice = `Give ram for ${host.name} in its declaration, or make it reachable, to have this checked.`;
      this.log("warning", `${host.name}: whether its RAM suffices is not known. ${error.message}\n${advice}`, urn);
      return undefined;
    }
  }
}

/** A preview must not wait for a host that is not there yet as long as an update would. */
const askDeadlineMs = 15_000;

async function withinMs<T>(deadlineMs: number, asked: Promise<T>, host: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ConnectError(`No answer within ${deadlineMs / 1000} s.`, {
      code: "connect-timeout",
      concerns: host,
    });
    timer = setTimeout(() => reject(error), deadlineMs);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
