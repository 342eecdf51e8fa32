import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { domain, outsideAddress } from "./addresses.js";
import { type CommandResult, tryCommand } from "./command.js";
import { LabError } from "./errors.js";
import type { LabPaths } from "./paths.js";
import type { LabState } from "./state.js";

/** Client configuration for plain `ssh -F FILE HOST`: pinned keys, and nothing of the user's own. */
export function renderSshConfig(paths: LabPaths, state: LabState): string {
  const hosts = state.hosts.map((host) =>
    [
      `Host ${host.name} ${host.name}.${domain}`,
      `  HostName ${outsideAddress(state.number, host.number)}`,
      `  HostKeyAlias ${host.name}`,
    ].join("\n"),
  );
  const common = [
    "Host *",
    "  User hostmaster",
    `  IdentityFile ${paths.privateKey}`,
    "  IdentitiesOnly yes",
    `  UserKnownHostsFile ${join(paths.directory, "known_hosts")}`,
    "  GlobalKnownHostsFile /dev/null",
    "  StrictHostKeyChecking yes",
    "  LogLevel ERROR",
  ];
  return `${[...hosts, common.join("\n")].join("\n\n")}\n`;
}

/** The pinned keys, by host name and by loopback address. */
export function renderKnownHosts(state: LabState): string {
  return state.hosts
    .map((host) => `${host.name},${outsideAddress(state.number, host.number)} ${host.hostKey}\n`)
    .join("");
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program on a host as root; the words of `argv` arrive as they are. */
export function runOnHost(
  paths: LabPaths,
  name: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const remote = ["sudo", "-n", "--", ...argv].map(quoteWord).join(" ");
  const client = [
    "-F",
    join(paths.directory, "ssh_config"),
    "-o",
    "BatchMode=yes",
    "-o",
    "ConnectTimeout=20",
    name,
    remote,
  ];
  return tryCommand("ssh", client, { timeoutMs: 120_000, ...options });
}

/** One word for a POSIX shell: the far end of ssh is always one. */
export function quoteWord(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Waits until a host answers a real ssh login; throws LabError `host-silent` after the deadline or when its process ended. */
export async function awaitSsh(
  paths: LabPaths,
  name: string,
  isRunning: () => Promise<boolean>,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  let last = "";
  for (;;) {
    const result = await runOnHost(paths, name, ["true"], { timeoutMs: 30_000, signal: options.signal });
    if (result.exitCode === 0) return;
    last = result.stderr.trim() || last;
    const running = await isRunning();
    if (!running || Date.now() > deadline) {
      throw new LabError(`${name} ${running ? "does not answer" : "ended while starting"}: ${last}`, {
        code: "host-silent",
        concerns: name,
        nextStep: `Read its console: ${join(paths.host(name), "console.log")}`,
      });
    }
    await delay(300, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}
