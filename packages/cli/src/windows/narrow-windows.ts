import type { Finding, LoadedInventory } from "@allmende/model";

/** Windows in which soak and cutoff leave no time for the hosts after the canary: nothing is wrong with a single key of theirs. */
export async function noteNarrowWindows({
  windows,
  hosts,
}: Pick<LoadedInventory, "windows" | "hosts">): Promise<Finding[]> {
  if (windows.length === 0) return [];
  const { tooNarrow } = await import("@allmende/patching");
  return windows.flatMap((window) => {
    const message = tooNarrow(window, hosts);
    return message === undefined ? [] : [{ path: [window.name, "canary", "soak"], message, file: "windows.yaml" }];
  });
}
