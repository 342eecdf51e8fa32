import { HostError } from "@allmende/model";
import type { ExecResult } from "@allmende/ssh";
import type { HostObservation } from "./observation.js";
import { parseInspection } from "./parsed-inspection.js";
import { inlineCommand, loadScript, type RemoteRoot } from "./remote.js";

/** How long an inspection of a busy host may take. */
const defaultTimeoutMs = 120_000;

export interface InspectOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** What is really on a host, in one exchange. Throws ConnectError, HostError `inspection-failed`. */
export async function inspectHost(ssh: RemoteRoot, options: InspectOptions = {}): Promise<HostObservation> {
  return parseInspection(await runInspection(ssh, "inspect", options));
}

/** The lines that inspect.sh prints in a mode. */
export async function runInspection(
  ssh: RemoteRoot,
  mode: "inspect" | "status",
  { signal, timeoutMs = defaultTimeoutMs }: InspectOptions = {},
): Promise<string[]> {
  const result = await execInspection(ssh, mode, { timeoutMs, signal });
  if (result.exitCode !== 0) {
    throw new HostError(`The inspection failed with exit code ${result.exitCode}.`, {
      code: "inspection-failed",
      logTail: result.stderr,
      nextStep: "Run the same inspection by hand: scripts/inspect.sh needs nothing but root.",
    });
  }
  return Buffer.from(result.stdout).toString("utf8").split("\n");
}

function execInspection(ssh: RemoteRoot, mode: "inspect" | "status", options: InspectOptions): Promise<ExecResult> {
  if (ssh.connection?.user === "root") return ssh.execAsRoot(inlineCommand("inspect.sh", mode), options);
  const { command, script } = loadScript("inspect.sh", mode);
  return ssh.execAsRoot(command, { ...options, openStdin: script.toString("utf8") });
}
