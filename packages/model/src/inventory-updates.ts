import { isSelected } from "./labels.js";
import type { PatchWindowSpec } from "./patch-window.js";
import type { HostSpec, HostUpdates } from "./specs.js";

interface Patched {
  readonly labels?: HostSpec["labels"];
  readonly patching?:
    | { readonly expectEveryDays?: number | undefined; readonly updates?: HostUpdates | undefined }
    | undefined;
}

/**
 * A host, spec or input, with `patching.updates: windows` when a window selects it, so that nothing is installed on it outside of its windows.
 * What hosts.yaml says itself stays; a host that no window selects is left as it is: nobody else would patch it.
 */
export function withUpdatesOfWindows<T extends Patched>(host: T, windows: readonly PatchWindowSpec[]): T {
  if (host.patching?.updates !== undefined) return host;
  if (!windows.some(({ hosts }) => isSelected(hosts, host.labels))) return host;
  return { ...host, patching: { ...host.patching, updates: "windows" } };
}
