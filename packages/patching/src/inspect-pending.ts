import { HostError } from "@allmende/model";
import { type HeldKernel, parseHeldKernel, renderHold } from "./held-kernel.js";
import type { PatchConnection } from "./patch-connection.js";
import type { PackageSource, PendingPackage, UnitRestart } from "./run-policy.js";
import { fatalError, fieldsByKind, parseScriptOutput } from "./script-output.js";
import { loadPatchScript } from "./scripts.js";

/** What a run would do to a host. */
export interface PendingChanges {
  readonly packages: readonly PendingPackage[];
  /** Packages that apt would not upgrade: held, or something else would have to go. */
  readonly keptBack: readonly string[];
  /** Kernels that a run leaves alone: neither installed nor booted into. */
  readonly heldKernels?: readonly HeldKernel[] | undefined;
  /** Units with a process that runs replaced files, or files of these packages: what a run restarts. */
  readonly restarts: readonly UnitRestart[];
  /** Why a reboot is to be expected; undefined: none is. */
  readonly reboot: string | undefined;
  /** Codename of the host's Debian: `trixie`. */
  readonly release: string;
}

const timeoutMs = 10 * 60_000;

/**
 * Asks a host what is pending; reads only: even apt's lists stay as they are (fresh ones go to a folder that is removed again).
 * With a snapshot (`20261124T020000Z`), what was to be had then.
 * Throws ConnectError, HostError `plan-failed`, `bad-order`, `snapshot-unsupported`, `snapshot-missing`, `snapshot-future`.
 */
export async function inspectPending(
  ssh: Pick<PatchConnection, "execAsRoot">,
  host: string,
  updates: "security" | "all",
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly snapshot?: string | undefined;
    /** Kernels that it is not to get either, since other hosts have failed with them. */
    readonly hold?: readonly HeldKernel[] | undefined;
  } = {},
): Promise<PendingChanges> {
  const { snapshot, hold = [] } = options;
  const lines = [
    ["scope", updates],
    ...(snapshot === undefined ? [] : [["snapshot", snapshot]]),
    ...hold.map(renderHold),
  ];
  const order = lines.map((fields) => `${fields.join("\t")}\n`).join("");
  const { command, stdin } = loadPatchScript("plan", order);
  const result = await ssh.execAsRoot(command, { stdin, timeoutMs, signal: options.signal });
  const output = parseScriptOutput(Buffer.from(result.stdout).toString("utf8"));
  if (output.fatal !== undefined) throw fatalError(host, output.fatal, output.log);
  const plan = output.blocks.find((block) => block.name === "plan");
  if (plan !== undefined) return parsePending(plan.lines);
  throw new HostError(`${host}: it did not say what is pending.`, {
    code: "plan-failed",
    concerns: host,
    logTail: result.stderr,
  });
}

/** Lines of a plan; what makes no sense is passed over. */
export function parsePending(lines: readonly string[]): PendingChanges {
  const of = fieldsByKind(lines);
  const heldKernels = of("held").map(parseHeldKernel);
  const sources = new Map(of("source").map(([name = "", ...fields]) => [name, parseSource(fields)]));
  return {
    packages: of("package").map((fields) => {
      const pending = parsePackage(fields);
      const source = sources.get(pending.name.replace(/:.*/, ""));
      return source === undefined ? pending : { ...pending, source };
    }),
    keptBack: of("kept-back").map(([name = ""]) => name),
    ...(heldKernels.length > 0 && { heldKernels }),
    restarts: of("restart").map(([whose = "", unit = ""]) => ({ of: whose, unit })),
    reboot: of("reboot")[0]?.[0],
    release: of("release")[0]?.[0] ?? "",
  };
}

/** `NAME ARCHITECTURE OLD NEW security|other`, as in a plan and an order. */
export function parsePackage(fields: readonly string[]): PendingPackage {
  const [name = "", architecture = "", installed, available = "", origin] = fields;
  return {
    name,
    architecture,
    installed: installed === "-" ? undefined : installed,
    available,
    security: origin === "security",
  };
}

function parseSource([name = "", installed, available = ""]: readonly string[]): PackageSource {
  return { name, installed: installed === "-" ? undefined : installed, available };
}
