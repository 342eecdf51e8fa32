import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Connection } from "@allmende/model";
import { SshPool } from "../pool.js";
import { finished, generateKey, run } from "./tools.js";

export interface TestSshdOptions {
  /** Default: a free one on 127.0.0.1. */
  readonly port?: number;
  /** Types of host keys to make; default: ed25519. */
  readonly hostKeyTypes?: readonly ("ed25519" | "ecdsa" | "rsa")[];
  /** Lines of sshd_config, before the defaults (the first value counts). */
  readonly config?: readonly string[];
  /** Shell commands that run as root in a mount namespace of its own before sshd starts there: what they mount over /etc is seen by this sshd alone. */
  readonly prepareNamespace?: string;
  /** Does not wait until it answers (when the configuration keeps the helper's own key out). */
  readonly unchecked?: boolean;
}

/** A real sshd of the machine on a loopback port, with keys and configuration in a directory of its own. */
export interface TestSshd {
  readonly port: number;
  readonly directory: string;
  /** Login as the user who runs the tests. */
  readonly connection: Connection;
  /** A private key that this sshd accepts, of any user whose AuthorizedKeysFile is the default here. */
  readonly privateKeyPath: string;
  /** Its public host keys by type. */
  readonly hostKeys: Readonly<Record<string, string>>;
  /** sshd's log so far. */
  log(): Promise<string>;
  /** Kills sshd and every connection that it serves, without a goodbye. */
  kill(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

/** Why no sshd can be started here; undefined when it can. */
export function sshdMissing(): string | undefined {
  return existsSync(sshdPath) ? undefined : "sshd is not installed (apt install openssh-server)";
}

const sshdPath = "/usr/sbin/sshd";

/** Starts an sshd and waits until a login works. */
export async function startSshd(options: TestSshdOptions = {}): Promise<TestSshd> {
  const directory = await mkdtemp(join(tmpdir(), "allmende-sshd-"));
  // Another user's sshd child reads the keys in here (StrictModes is off, the directory has no secrets of worth).
  await chmod(directory, 0o755);
  const port = options.port ?? (await freePort());
  const root = process.getuid?.() === 0;
  if (root) await mkdir("/run/sshd", { recursive: true, mode: 0o755 });

  const hostKeys: Record<string, string> = {};
  const hostKeyLines: string[] = [];
  for (const type of options.hostKeyTypes ?? ["ed25519"]) {
    const path = join(directory, `ssh_host_${type}_key`);
    hostKeys[type] = await generateKey(path, type);
    hostKeyLines.push(`HostKey ${path}`);
  }
  const privateKeyPath = join(directory, "id_ed25519");
  await writeFile(join(directory, "authorized_keys"), `${await generateKey(privateKeyPath, "ed25519")}\n`);
  const logPath = join(directory, "log");
  await writeFile(logPath, "");
  const config = [
    ...(options.config ?? []),
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    ...hostKeyLines,
    `AuthorizedKeysFile ${join(directory, "authorized_keys")}`,
    `PidFile ${join(directory, "pid")}`,
    "StrictModes no",
    // Not the real home: a developer's .bashrc can do anything, and take any time.
    `SetEnv HOME=${directory}`,
    "UsePAM no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin yes",
    "LogLevel DEBUG1",
    "MaxStartups 200",
  ];
  const configPath = join(directory, "sshd_config");
  await writeFile(configPath, `${config.join("\n")}\n`);

  // -D: our child, so that it can be ended by id; and it must not outlive the tests when they are killed.
  const argv = [sshdPath, "-D", "-f", configPath, "-E", logPath, ...(await withoutPenalties(configPath))];
  const prepared =
    options.prepareNamespace === undefined
      ? argv
      : [
          "unshare",
          "--mount",
          "--propagation",
          "private",
          "sh",
          "-euc",
          `${options.prepareNamespace}\nexec "$@"`,
          "sh",
          ...argv,
        ];
  const child = spawn("setpriv", ["--pdeathsig", "KILL", ...prepared], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = finished(child);
  const log = async () => `${await readFile(logPath, "utf8").catch(() => "")}${stderr}`;
  const kill = async () => {
    // Parents first: sshd must not live to report the end of what it serves.
    const pids = [child.pid as number, ...(await descendants(child.pid as number))];
    for (const pid of pids) signalQuietly(pid, "SIGKILL");
    await ended;
  };
  const connection: Connection = {
    address: "127.0.0.1",
    port,
    user: userInfo().username,
    hostKeys: Object.values(hostKeys),
  };
  const stop = async () => {
    await kill();
    await rm(directory, { recursive: true, force: true });
  };
  if (options.unchecked !== true) {
    const pool = new SshPool({ credentials: { privateKeyPath }, connectDeadlineMs: 15_000 });
    try {
      await Promise.race([
        pool.get(connection),
        ended.then(async () => {
          throw new Error(`sshd did not start: ${await log()}`);
        }),
      ]);
    } catch (error) {
      const said = await log();
      await stop();
      throw new Error(`sshd does not let us in:\n${said}`, { cause: error });
    } finally {
      await pool.close();
    }
  }
  return { port, directory, connection, privateKeyPath, hostKeys, log, kill, stop };
}

/** Since OpenSSH 9.8 sshd shuts out whoever fails often to log in, as tests mean to; older ones do not know the option. */
async function withoutPenalties(configPath: string): Promise<string[]> {
  const option = ["-o", "PerSourcePenalties=no"];
  return run(sshdPath, ["-t", "-f", configPath, ...option]).then(
    () => option,
    () => [],
  );
}

/** A TCP port of loopback that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return (address as { port: number }).port;
}

/** Children of `pid`, their children and so on: sshd's sessions lead process groups of their own. */
async function descendants(pid: number): Promise<number[]> {
  const listing = await run("ps", ["-eo", "pid=,ppid="]);
  const children = new Map<number, number[]>();
  for (const line of listing.trim().split("\n")) {
    const [child = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const collect = (of: number): number[] => (children.get(of) ?? []).flatMap((child) => [child, ...collect(child)]);
  return collect(pid);
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
