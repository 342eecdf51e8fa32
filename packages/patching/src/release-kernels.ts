import { HostError } from "@allmende/model";
import { type HeldKernel, parseHeldKernel } from "./held-kernel.js";
import type { PatchConnection } from "./patch-connection.js";
import { fatalError, fieldsByKind, parseScriptOutput } from "./script-output.js";
import { loadPatchScript } from "./scripts.js";

/**
 * Lets the next run of a host try its held kernels again, and gives back which they were; the host's journal says who (`owner`) did it.
 * Throws ConnectError, HostError `locked`, `release-failed`.
 */
export async function releaseKernels(
  ssh: Pick<PatchConnection, "execAsRoot">,
  host: string,
  owner: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly HeldKernel[]> {
  const { command, stdin } = loadPatchScript("release", `owner\t${owner}\n`);
  const result = await ssh.execAsRoot(command, { stdin, timeoutMs: 60_000, signal: options.signal });
  const output = parseScriptOutput(Buffer.from(result.stdout).toString("utf8"));
  if (output.fatal !== undefined) throw fatalError(host, output.fatal, output.log);
  const released = output.blocks.find((block) => block.name === "released");
  if (released !== undefined) return fieldsByKind(released.lines)("held").map(parseHeldKernel);
  throw new HostError(`${host}: its held kernels could not be released.`, {
    code: "release-failed",
    concerns: host,
    logTail: result.stderr,
  });
}
