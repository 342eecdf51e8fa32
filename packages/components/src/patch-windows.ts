import { ComponentResource, type ComponentResourceOptions, RunError } from "@pulumi/pulumi";
import { loadPatchInventory } from "./patch-inventory.js";
import type { PatchEmergencyArgs } from "./patch-run.js";
import { type PatchRunOptions, PatchWindow } from "./patch-window.js";

export interface PatchWindowsArgs extends Omit<PatchRunOptions, "emergency"> {
  /** Folder with `hosts.yaml` and `windows.yaml`; relative paths start where the program runs. */
  inventory: string | URL;
  /** A run at once, with the hosts, order and permissions of `window`: the only one of the inventory when it is left out. */
  emergency?: (PatchEmergencyArgs & { window?: string | undefined }) | undefined;
}

/**
 * All patch windows of an inventory folder: what CI applies every night. What is open is patched, and nothing otherwise.
 *
 *     const windows = new PatchWindows("windows", { inventory: "./inventory" });
 *     export const outcome = windows.windows["security-nightly"].runs["web1"].outcome;
 */
export class PatchWindows extends ComponentResource {
  /** By name in `windows.yaml`. */
  readonly windows: Readonly<Record<string, PatchWindow>>;

  constructor(name: string, args: PatchWindowsArgs, opts?: ComponentResourceOptions) {
    const { inventory, emergency, ...options } = args;
    // First: with a mistake in a file, nothing at all is registered.
    const names = loadPatchInventory(inventory).windows.map((window) => window.name);
    const urgent = emergency === undefined ? undefined : emergencyWindow(names, emergency.window);
    super("allmende:index:PatchWindows", name, {}, opts);
    this.windows = Object.fromEntries(
      names.map((window) => {
        const own = window === urgent && emergency ? { reason: emergency.reason, by: emergency.by } : undefined;
        const made = new PatchWindow(window, { inventory, ...options, emergency: own }, { parent: this });
        return [window, made];
      }),
    );
    this.registerOutputs({ windows: names });
  }
}

function emergencyWindow(names: readonly string[], wanted: string | undefined): string {
  const found = wanted === undefined && names.length === 1 ? names[0] : names.find((each) => each === wanted);
  if (found !== undefined) return found;
  const known = names.join(", ") || "none";
  throw new RunError(
    `An emergency run takes hosts, order and permissions of a window: say of which. Windows of the inventory: ${known}.`,
  );
}
