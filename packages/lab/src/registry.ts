import type { LabPaths } from "./paths.js";
import type { LabState } from "./state.js";
export async function startRegistry(_paths: LabPaths, _state: LabState): Promise<void> {}
export async function stopRegistry(_paths: LabPaths): Promise<void> {}
export async function isRegistryRunning(_paths: LabPaths): Promise<boolean> {
  return false;
}
