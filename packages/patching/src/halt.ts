import type { WavePlan } from "./wave-plan.js";

/** Why hosts that have not begun are left alone. */
export type HaltReason =
  | { readonly kind: "canary"; readonly hosts: readonly string[] }
  | { readonly kind: "threshold"; readonly failedCount: number; readonly toleratedCount: number };

/**
 * Whether what failed so far halts all that has not begun: any host of the canary does, and more hosts in all than are tolerated.
 * A host that cannot be reached, or never comes back, has failed.
 */
export function haltReason(plan: WavePlan, failedHosts: Iterable<string>): HaltReason | undefined {
  const failed = new Set(failedHosts);
  const canary = plan.waves.filter((wave) => wave.kind === "canary").flatMap((wave) => wave.batches.flat());
  const hosts = canary.filter((host) => failed.has(host));
  if (hosts.length > 0) return { kind: "canary", hosts };
  if (failed.size <= plan.toleratedFailures) return undefined;
  return { kind: "threshold", failedCount: failed.size, toleratedCount: plan.toleratedFailures };
}
