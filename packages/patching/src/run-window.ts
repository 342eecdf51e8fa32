import { readServiceStatus } from "@allmende/host";
import { HostError } from "@allmende/model";
import { type HeldKernel, heldByOthers } from "./held-kernel.js";
import type { HostRun } from "./host-run.js";
import { type HostPatchState, readPatchState } from "./host-state.js";
import { inspectPending, type PendingChanges } from "./inspect-pending.js";
import { checkLevel, type Level, withProven } from "./level.js";
import type { PatchConnection, PatchTarget } from "./patch-connection.js";
import { type HostProgress, runHost } from "./run-host.js";
import { sameRun } from "./run-order.js";
import type { RunIdentity, RunPolicy } from "./run-policy.js";
import { runWaves, type WaveOptions, type WavesResult } from "./run-waves.js";
import type { WavePlan } from "./wave-plan.js";

export interface RunWindowOptions extends WaveOptions {
  /** Leaves running hosts alone at once; `signal` only lets nothing new begin. */
  readonly force?: AbortSignal | undefined;
  readonly onProgress?: ((progress: HostProgress) => void) | undefined;
}

/**
 * A patch run on all hosts of a plan. What is pending is asked of every host before the first begins, and is all that each gets; a
 * version that the hosts before have not proven is refused, and a kernel that the canary holds is kept from all. Hosts that have done this run before give their report again.
 */
export async function runWindow(
  plan: WavePlan,
  targets: ReadonlyMap<string, PatchTarget>,
  identity: RunIdentity,
  policy: RunPolicy,
  options: RunWindowOptions = {},
): Promise<WavesResult> {
  const names = plan.waves.flatMap((wave) => wave.batches.flat());
  const previews = await previewAll(plan, names, async (name, hold) => {
    return await previewOf(targets, name, identity, policy, options.force, hold);
  });
  const earlier = new Map<string, { readonly pendingCount: number }>();
  let proven: Level = new Map();
  const run = async (name: string): Promise<HostRun> => {
    const before = await previews.get(name);
    if (before?.stand === "over") earlier.set(name, { pendingCount: before.pending?.packages.length ?? 0 });
    const preview = before?.stand === "over" ? undefined : before?.pending;
    const packages = preview?.packages ?? [];
    checkLevel(name, proven, packages);
    const result = await runHost(targetOf(targets, name), identity, policy, packages, {
      signal: options.force,
      onProgress: options.onProgress,
      prediction: preview,
      hold: before?.hold,
      now: options.now,
    });
    if (result.outcome === "done") proven = withProven(proven, packages);
    return result;
  };
  const checkWell = async (name: string) => await checkServices(targetOf(targets, name), options.force);
  return await runWaves(plan, { run, checkWell, earlier: (name) => earlier.get(name) }, options);
}

/** What a host would get; or that it is in the middle of this very run (its own order counts then), or has it behind it, and what has come since. */
interface HostPreview {
  readonly stand?: "begun" | "over" | undefined;
  readonly pending?: PendingChanges | undefined;
  readonly held: readonly HeldKernel[];
  /** What others hold against it. */
  readonly hold: readonly HeldKernel[];
}

type Preview = (name: string, hold: readonly HeldKernel[]) => Promise<HostPreview>;

/** Asks all hosts side by side, and those again that others hold a kernel against. What one of them says is looked at when its turn has come. */
async function previewAll(
  plan: WavePlan,
  names: readonly string[],
  preview: Preview,
): Promise<ReadonlyMap<string, Promise<HostPreview>>> {
  const asked = new Map(names.map((name) => [name, preview(name, [])]));
  const known = await Promise.allSettled(
    [...asked].map(async ([name, host]): Promise<[string, readonly HeldKernel[]]> => [name, (await host).held]),
  );
  const others = heldByOthers(
    plan,
    new Map(known.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []))),
  );
  const again = names.filter((name) => others(name).length > 0);
  for (const name of again) asked.set(name, preview(name, others(name)));
  await Promise.allSettled(asked.values());
  return asked;
}

async function previewOf(
  targets: ReadonlyMap<string, PatchTarget>,
  name: string,
  identity: RunIdentity,
  policy: RunPolicy,
  signal: AbortSignal | undefined,
  hold: readonly HeldKernel[],
): Promise<HostPreview> {
  const target = targetOf(targets, name);
  return await withConnection(target, signal, async (ssh) => {
    const state = await readPatchState(ssh, target.name, { signal });
    const { heldKernels: held = [] } = state;
    const stand = standOf(state, identity);
    const options = { signal, snapshot: policy.snapshot, hold };
    if (stand === "begun") return { stand, held, hold };
    if (stand === "over") {
      // What has come since is only told: a host that cannot say it is done all the same.
      const pending = await inspectPending(ssh, target.name, policy.updates, options).catch(() => undefined);
      return { stand, pending, held, hold };
    }
    return { pending: await inspectPending(ssh, target.name, policy.updates, options), held, hold };
  });
}

/** A refused run changed nothing: it begins anew. */
function standOf({ runs }: HostPatchState, identity: RunIdentity): "begun" | "over" | undefined {
  const run = runs.find((each) => sameRun(each, identity) && each.outcome !== "refused");
  if (run === undefined) return undefined;
  return run.outcome === "unfinished" ? "begun" : "over";
}

async function checkServices(target: PatchTarget, signal: AbortSignal | undefined): Promise<void> {
  const { services } = await withConnection(target, signal, async (ssh) => await readServiceStatus(ssh, { signal }));
  const unwell = services.filter(({ health }) => health === "unhealthy" || health === "unknown");
  if (unwell.length === 0) return;
  const list = unwell.map(({ member, service, state }) => `${member}/${service} is ${state}`).join(", ");
  throw new HostError(`${target.name} was patched, and is not well at the end of its soak time: ${list}.`, {
    code: "not-well",
    concerns: target.name,
    nextStep: "Read the services' logs: allmende logs.",
  });
}

async function withConnection<T>(
  target: PatchTarget,
  signal: AbortSignal | undefined,
  work: (ssh: PatchConnection) => Promise<T>,
): Promise<T> {
  const ssh = await target.connect(signal);
  try {
    return await work(ssh);
  } finally {
    await ssh.end();
  }
}

function targetOf(targets: ReadonlyMap<string, PatchTarget>, name: string): PatchTarget {
  const target = targets.get(name);
  if (target !== undefined) return target;
  throw new HostError(`${name} is in the window, and the stack has not brought anything there yet.`, {
    code: "host-not-deployed",
    concerns: name,
    nextStep: "Bring the stack there first: allmende up.",
  });
}
