export { type HaltReason, haltReason } from "./halt.js";
export { hostsOfWindow, type PatchWave, type PlannedHost, planWaves, type WavePlan } from "./wave-plan.js";
