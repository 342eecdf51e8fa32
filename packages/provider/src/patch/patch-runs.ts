import { homedir } from "node:os";
import { join } from "node:path";
import type { HostSpec } from "@allmende/model";
import {
  type DatedVulnerabilities,
  loadVulnerabilities,
  type PatchTarget,
  planWaves,
  runWindow,
} from "@allmende/patching";
import { Cancelled } from "../wire/errors.js";
import type { PatchRunDeclaration } from "./declaration.js";
import { dueRun } from "./due.js";
import { type HostEnd, WindowRun } from "./window-run.js";

/** How a host is reached for a run. */
export type TargetOf = (host: HostSpec) => PatchTarget;

/** All patch runs of one run of the engine: what was declared, and what is being done. */
export class PatchRuns {
  readonly #targetOf: TargetOf;
  readonly #signal: AbortSignal;
  /** By URN, as last checked. */
  readonly #declared = new Map<string, PatchRunDeclaration>();
  readonly #runs = new Map<string, WindowRun>();
  readonly #vulnerabilities = new Map<string, Promise<DatedVulnerabilities>>();
  #latest: Promise<void> = Promise.resolve();

  constructor(targetOf: TargetOf, signal: AbortSignal) {
    this.#targetOf = targetOf;
    this.#signal = signal;
  }

  /** Notes what a check found declared; undefined: too little is known yet. */
  declare(urn: string, declaration: PatchRunDeclaration | undefined): void {
    if (declaration === undefined) this.#declared.delete(urn);
    else this.#declared.set(urn, declaration);
  }

  /** What the latest check of a resource found. */
  declared(urn: string): PatchRunDeclaration | undefined {
    return this.#declared.get(urn);
  }

  target(host: HostSpec): PatchTarget {
    return this.#targetOf(host);
  }

  get signal(): AbortSignal {
    return this.#signal;
  }

  /** Debian's security data of a release (`trixie`), read once. Throws UserError as `loadVulnerabilities`. */
  vulnerabilities(origin: string, release: string): Promise<DatedVulnerabilities> {
    const cache = process.env["ALLMENDE_CACHE"] ?? join(homedir(), ".cache", "allmende");
    const options = { cacheDirectory: join(cache, "vulnerabilities"), signal: this.#signal };
    const key = JSON.stringify([origin, release]);
    const known = this.#vulnerabilities.get(key) ?? loadVulnerabilities(origin, release, options);
    this.#vulnerabilities.set(key, known);
    return known;
  }

  /**
   * Awaits the host's part in the run of an occurrence, and starts that run when nobody has. Runs come one after the other: two at the same time would
   * find each other's locks. Throws Cancelled before anything was begun; undefined when the run knows no such host.
   */
  async join(
    declaration: PatchRunDeclaration,
    occurrence: string,
    onProgress: (message: string) => void,
  ): Promise<HostEnd | undefined> {
    const key = JSON.stringify([declaration.stack, declaration.window.name, occurrence]);
    const known = this.#runs.get(key);
    if (known === undefined && this.#signal.aborted) throw new Cancelled("Cancelled before anything was done.");
    const run = known ?? this.#start(declaration, occurrence);
    this.#runs.set(key, run);
    onProgress("waits for its turn");
    return await run.join(declaration.host.name, onProgress);
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    await this.#latest;
  }

  #start(declaration: PatchRunDeclaration, occurrence: string): WindowRun {
    const { window, hosts } = declaration;
    const { identity, policy } = dueRun(declaration, occurrence, Date.now());
    const plan = planWaves(window, hosts);
    const targets = new Map(hosts.map((host) => [host.name, this.#targetOf(host)]));
    const before = this.#latest;
    const run = new WindowRun(plan, async (listener) => {
      await before;
      // A host that may no longer be upgraded need not begin.
      const options = { ...listener, signal: this.#signal, latestBeginMs: policy.latestMs.upgrade };
      return await runWindow(plan, targets, identity, policy, options);
    });
    this.#latest = run.ended;
    return run;
  }
}
