import { type HostEvidence, readHostPackages, readPatchState } from "@allmende/patching";
import type { Context } from "../context.js";
import type { LookOptions } from "../live/connect.js";
import type { StackFolder } from "../stack/folder.js";
import type { StackWindows } from "./stack-windows.js";
import { type Asked, askAll, openTargets } from "./targets.js";

/** What every host of a stack says for a report: its runs and its packages, over one connection each. Hosts are only read. */
export async function readEvidence(
  context: Context,
  folder: StackFolder,
  declared: StackWindows,
  { connectDeadlineMs, onResult }: LookOptions<Asked<Pick<HostEvidence, "runs" | "packages" | "heldKernels">>> = {},
): Promise<HostEvidence[]> {
  const stack = await openTargets(folder, connectDeadlineMs);
  try {
    // A declared host that was never reached does not report either.
    const names = new Set([...stack.targets.keys(), ...declared.hosts.map(({ name }) => name)]);
    const { signal } = context;
    const asked = await askAll(
      stack,
      [...names].sort(),
      async (ssh, host) => {
        const { runs, heldKernels } = await readPatchState(ssh, host, { signal });
        return { runs, heldKernels, packages: await readHostPackages(ssh, host, { signal }) };
      },
      signal,
      onResult,
    );
    return asked.map((result) =>
      "error" in result
        ? { host: result.host, error: result.error.message, runs: [] }
        : { host: result.host, ...result.value },
    );
  } finally {
    await stack.close();
  }
}
