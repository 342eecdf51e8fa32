import { type HostPatchState, readPatchState } from "@allmende/patching";
import type { Context } from "../context.js";
import type { LookOptions } from "../live/connect.js";
import type { StackFolder } from "../stack/folder.js";
import { type Asked, askAll, openTargets } from "./targets.js";

/** What all hosts of a stack remember of patch runs; one exchange each. */
export async function readPatchStates(
  context: Context,
  folder: StackFolder,
  { connectDeadlineMs, onResult }: LookOptions<Asked<HostPatchState>> = {},
): Promise<Asked<HostPatchState>[]> {
  const stack = await openTargets(folder, connectDeadlineMs);
  try {
    const names = [...stack.targets.keys()].sort();
    const ask = async (ssh: Parameters<typeof readPatchState>[0], host: string) =>
      await readPatchState(ssh, host, { signal: context.signal });
    return await askAll(stack, names, ask, context.signal, onResult);
  } finally {
    await stack.close();
  }
}
