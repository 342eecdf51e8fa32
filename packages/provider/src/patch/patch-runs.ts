import { homedir } from "node:os";
import { join } from "node:path";
import type { HostSpec } from "@allmende/model";
import {
  type DatedVulnerabilities,
  type HeldKernel,
  heldByOthers,
  loadVulnerabilities,
  type PatchTarget,
  planWaves,
  readPatchState,
  runLetters,
  runWindow,
  tellOnce,
  type WavesResult,
} from "@allmende/patching";
import { Cancelled } from "../wire/errors.js";
import type { PatchRunDeclaration } from "./declaration.js";
import { dueRun } from "./due.js";
import { type HostEnd, WindowRun } from "./window-run.js";

/** How a host is reached for a run. */
export type TargetOf = (host: HostSpec) => PatchTarget;

/** Where lines of a resource's run go. */
export interface RunLines {
  /** Gone with the next one. */
  readonly onProgress: (message: string) => void;
  readonly onInfo: (message: string) => void;
  readonly onWarning: (message: string) => void;
}

/** All patch runs of one run of the engine: what was declared, and what is being done. */
export class PatchRuns {
  readonly #targetOf: TargetOf;
  readonly #signal: AbortSignal;
  /** By URN, as last checked. */
  readonly #declared = new Map<string, PatchRunDeclaration>();
  readonly #runs = new Map<string, WindowRun>();
  readonly #held = new Map<string, Promise<(host: string) => readonly HeldKernel[]>>();
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

  /** Kernels that a host of the window is not to get, since others have failed with them; asked once. Who does not answer holds nothing. */
  heldByOthers({ window, hosts, stack }: PatchRunDeclaration): Promise<(host: string) => readonly HeldKernel[]> {
    const key = JSON.stringify([stack, window.name]);
    const known =
      this.#held.get(key) ?? this.#readHeld(hosts).then((held) => heldByOthers(planWaves(window, hosts), held));
    this.#held.set(key, known);
    return known;
  }

  async #readHeld(hosts: readonly HostSpec[]): Promise<ReadonlyMap<string, readonly HeldKernel[]>> {
    const states = await Promise.allSettled(
      hosts.map(async (host) => {
        const ssh = await this.#targetOf(host).connect(this.#signal);
        try {
          return { name: host.name, ...(await readPatchState(ssh, host.name, { signal: this.#signal })) };
        } finally {
          await ssh.end();
        }
      }),
    );
    return new Map(
      states.flatMap((state) =>
        state.status === "fulfilled" ? [[state.value.name, state.value.heldKernels ?? []] as const] : [],
      ),
    );
  }

  /**
   * Awaits the host's part in the run of an occurrence, and starts that run when nobody has. Runs come one after the other: two at the same time would
   * find each other's locks. Throws Cancelled before anything was begun; undefined when the run knows no such host.
   */
  async join(declaration: PatchRunDeclaration, occurrence: string, lines: RunLines): Promise<HostEnd | undefined> {
    const key = JSON.stringify([declaration.stack, declaration.window.name, occurrence]);
    const known = this.#runs.get(key);
    if (known === undefined && this.#signal.aborted) throw new Cancelled("Cancelled before anything was done.");
    const run = known ?? this.#start(declaration, occurrence, lines);
    this.#runs.set(key, run);
    lines.onProgress("waits for its turn");
    return await run.join(declaration.host.name, lines.onProgress);
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    await this.#latest;
  }

  #start(declaration: PatchRunDeclaration, occurrence: string, lines: RunLines): WindowRun {
    const { window, hosts } = declaration;
    const { identity, policy } = dueRun(declaration, occurrence, Date.now());
    const plan = planWaves(window, hosts);
    const targets = new Map(hosts.map((host) => [host.name, this.#targetOf(host)]));
    const before = this.#latest;
    const run = new WindowRun(plan, async (listener) => {
      await before;
      // A host that may no longer be upgraded need not begin.
      const options = { ...listener, signal: this.#signal, latestBeginMs: policy.latestMs.upgrade };
      const result = await runWindow(plan, targets, identity, policy, options);
      return { ...result, untold: !(await tell(declaration, occurrence, result, lines)) };
    });
    this.#latest = run.ended;
    return run;
  }
}

/** Said at the resource that began the run. Gives back whether all who are to be told were. */
async function tell(
  { mail, stack, window }: PatchRunDeclaration,
  occurrence: string,
  result: WavesResult,
  { onInfo, onWarning }: RunLines,
): Promise<boolean> {
  if (mail === undefined) return true;
  const document = { stack, window: window.name, occurrence, ...result };
  const { sent, problems } = await tellOnce(mail, (spec) => runLetters(document, spec, Date.now()));
  if (sent !== undefined) onInfo(sent);
  if (problems.length === 0) return true;
  const again =
    "The run itself is not concerned. While the window is open, the next `up` tells them, or `allmende patch run` of its stack.";
  onWarning([`Hostmasters were not told by e-mail how ${occurrence} ended:`, ...problems, again].join("\n"));
  return false;
}
