import { HostError } from "@allmende/model";
import { type HeldKernel, parseHeldKernel } from "./held-kernel.js";
import type { HostRun } from "./host-run.js";
import { isoTime } from "./iso-time.js";
import { parseRun } from "./parsed-run.js";
import type { PatchConnection } from "./patch-connection.js";
import { fieldsByKind, parseScriptOutput } from "./script-output.js";
import { loadPatchScript } from "./scripts.js";

/** What a host remembers of its runs. */
export interface HostPatchState {
  /** The run that holds the host right now, or was cut off. */
  readonly lock?: HostLock | undefined;
  /** Kernels that its runs leave alone. */
  readonly heldKernels?: readonly HeldKernel[] | undefined;
  /** Latest first. */
  readonly runs: readonly HostRun[];
}

export interface HostLock {
  readonly stack: string;
  readonly occurrence: string;
  readonly owner: string;
  readonly since: string;
  /** Since its last sign of life. */
  readonly ageSeconds: number;
}

/** Reads lock, reports and journals of a host; the host is only read. Throws ConnectError, HostError `state-unreadable`. */
export async function readPatchState(
  ssh: Pick<PatchConnection, "execAsRoot">,
  host: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<HostPatchState> {
  const { command, stdin } = loadPatchScript("status");
  const result = await ssh.execAsRoot(command, { stdin, timeoutMs: 120_000, signal: options.signal });
  const text = Buffer.from(result.stdout).toString("utf8");
  const output = parseScriptOutput(text);
  const state = output.blocks.find((block) => block.name === "state");
  if (state === undefined) {
    throw new HostError(`${host}: what it remembers of its patch runs cannot be read.`, {
      code: "state-unreadable",
      concerns: host,
      logTail: result.stderr,
    });
  }
  const runs = output.blocks.filter((block) => block.name === "report").map((block) => parseRun(block.lines));
  const lock = parseLock(state.lines.find((line) => line.startsWith("lock\t")));
  const heldKernels = fieldsByKind(state.lines)("held").map(parseHeldKernel);
  const held = { ...(lock && { lock }), ...(heldKernels.length > 0 && { heldKernels }) };
  return { ...held, runs: runs.sort((one, other) => other.startedAt.localeCompare(one.startedAt)) };
}

/** `lock AGE STACK KEY OWNER SINCE OCCURRENCE` */
export function parseLock(line: string | undefined): HostLock | undefined {
  if (line === undefined) return undefined;
  const [, age = "0", stack = "", key = "", owner = "", since = "0", occurrence = key] = line.split("\t");
  return { stack, occurrence, owner, since: isoTime(since), ageSeconds: Number(age) };
}
