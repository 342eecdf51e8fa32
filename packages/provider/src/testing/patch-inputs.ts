import type { PropertyMap } from "../wire/values.js";
import { hostInput } from "./inputs.js";

const dayMs = 86_400_000;

/** A window that is open now, for most of a day, or opens tomorrow. One host at a time, none may fail. */
export function windowInput(state: "open" | "closed", changes: PropertyMap = {}): PropertyMap {
  const startMs = Date.now() + (state === "open" ? -dayMs / 24 : dayMs);
  return {
    name: "nightly",
    recurrence: "FREQ=DAILY",
    zone: "UTC",
    start: new Date(startMs).toISOString().slice(0, 16),
    duration: "23h",
    updates: "security",
    reboot: "if-needed",
    hosts: "all",
    waves: [],
    canary: "none",
    concurrency: 1,
    errorThreshold: 0,
    cutoff: { upgrade: "1m", restart: "1m", reboot: "1m" },
    notice: "1d",
    ...changes,
  };
}

export const patchHosts: readonly PropertyMap[] = ["web1", "web2"].map((name) => ({
  ...hostInput,
  name,
  address: `${name}.allmende.test`,
}));

/** Inputs of a host's patch run. */
export function patchRunInput(host: string, window: PropertyMap, changes: PropertyMap = {}): PropertyMap {
  const own = patchHosts.find(({ name }) => name === host) ?? {};
  return { window, host: own, hosts: patchHosts, stack: "patch.test", ...changes };
}
