export type { HostRun, RunCheck, RunPhase, RunProof } from "./host-run.js";
export { type HostLock, type HostPatchState, readPatchState } from "./host-state.js";
export { inspectPending, type PendingChanges } from "./inspect-pending.js";
export type { PatchConnection, PatchTarget } from "./patch-connection.js";
export { type HostProgress, type RunHostOptions, runHost } from "./run-host.js";
export type { PendingPackage, RunIdentity, RunLimits, RunPolicy } from "./run-policy.js";
export { type HaltReason, haltReason } from "./halt.js";
export { hostsOfWindow, type PatchWave, type PlannedHost, planWaves, type WavePlan } from "./wave-plan.js";
