import { HostError, type MemberSpec, memberUid, UserError } from "@allmende/model";
import type { RemoteRoot } from "./remote.js";

export interface LogOptions {
  /** How many lines from the end; 100 by default. */
  readonly lines?: number | undefined;
  /** Go on until `signal` is aborted. */
  readonly follow?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

const servicePattern = /^[a-z0-9][a-z0-9-]*$/;

/**
 * A service's journal: what its processes print and what systemd says about its unit, oldest first, ISO times in front.
 * With `follow` lines go to `onLine` and nothing is returned. Throws HostError `logs-unreadable`, ConnectError.
 */
export async function readServiceLogs(
  ssh: RemoteRoot,
  member: MemberSpec,
  service: string,
  { lines = 100, follow = false, signal, onLine }: LogOptions = {},
): Promise<string[]> {
  if (!servicePattern.test(service) || !Number.isSafeInteger(lines) || lines < 0) {
    throw new UserError(`"${service}" is no service's name, or ${lines} no number of lines.`, {
      code: "bad-log-query",
    });
  }
  const uid = `_UID=${memberUid(member.number)}`;
  const filter = `${uid} _SYSTEMD_USER_UNIT=${service}.service + ${uid} USER_UNIT=${service}.service`;
  const command = `journalctl --no-pager --quiet -o short-iso -n ${lines}${follow ? " --follow" : ""} ${filter}`;
  const result = await ssh.execAsRoot(command, {
    signal,
    ...(onLine && { onStdoutLine: onLine }),
    ...(follow && { discardStdout: true }),
  });
  if (result.exitCode !== 0 && !signal?.aborted) {
    throw new HostError(`The journal of ${service} cannot be read.`, {
      code: "logs-unreadable",
      concerns: `service/${member.name}/${service}`,
      logTail: result.stderr,
    });
  }
  const text = Buffer.from(result.stdout).toString("utf8").trimEnd();
  return follow || text === "" ? [] : text.split("\n");
}
