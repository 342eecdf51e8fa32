import { didYouMean, UserError } from "@allmende/model";
import type { PatchTarget } from "@allmende/patching";
import { SshPool } from "@allmende/ssh";
import type { LookOptions } from "../live/connect.js";
import { type DeployedHost, deployedHosts } from "../live/deployed.js";
import { readDeployment } from "../stack/deployment.js";
import type { StackFolder } from "../stack/folder.js";

/** A stack's hosts as a patch run reaches them: by name. `close` ends all connections. */
export interface StackTargets {
  readonly targets: ReadonlyMap<string, PatchTarget>;
  close(): Promise<void>;
}

/** The hosts that the last `up` of a stack reached, each with its login. Nothing is connected yet. A change waits a minute for a connection, looking less. */
export async function openTargets(folder: StackFolder, connectDeadlineMs = 60_000): Promise<StackTargets> {
  return targetsOf(deployedHosts(await readDeployment(folder)), connectDeadlineMs);
}

/** Hosts with their logins. */
export function targetsOf(
  hosts: readonly Pick<DeployedHost, "host" | "credentials">[],
  connectDeadlineMs: number,
): StackTargets {
  const pools: SshPool[] = [];
  const targets = hosts.map(({ host, credentials }): [string, PatchTarget] => {
    // One pool per host: a run ends its connection on purpose, so that proof comes over a new one.
    const pool = new SshPool({ credentials, connectDeadlineMs });
    pools.push(pool);
    const connect = async (signal?: AbortSignal) => await pool.get(host.connection, { signal });
    return [host.name, { name: host.name, connect }];
  });
  return {
    targets: new Map(targets),
    close: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}

/** Throws UserError `unknown-target` for a name that is no host of the stack. */
export function checkTargets({ targets }: StackTargets, names: readonly string[]): void {
  const known = [...targets.keys()].sort();
  requireHosts(names, known, { of: "the stack", whenNone: "bring the stack there first: allmende up" });
}

/** Throws UserError `unknown-target` for the first name that is not among `known`, the hosts `of` something; `whenNone`: what to do where it has none. */
export function requireHosts(
  names: readonly string[],
  known: readonly string[],
  { of, whenNone }: { readonly of: string; readonly whenNone: string },
): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UserError(`${unknown} is no host of ${of}${didYouMean(unknown, known)}`, {
    code: "unknown-target",
    concerns: unknown,
    nextStep: known.length === 0 ? whenNone : `name one of: ${known.join(", ")}`,
  });
}

/** What became of asking one host. */
export type Asked<T> = { readonly host: string; readonly value: T } | { readonly host: string; readonly error: Error };

/** Asks hosts side by side, each over one connection; one that cannot be asked says nothing about the others. `onResult` is told of each as it comes. */
export async function askAll<T>(
  { targets }: StackTargets,
  names: readonly string[],
  work: (ssh: Awaited<ReturnType<PatchTarget["connect"]>>, host: string) => Promise<T>,
  signal: AbortSignal,
  onResult?: LookOptions<Asked<T>>["onResult"],
): Promise<Asked<T>[]> {
  const ask = async (host: string): Promise<Asked<T>> => {
    try {
      const target = targets.get(host);
      if (target === undefined) throw new Error("the stack has not brought anything there yet: allmende up");
      const ssh = await target.connect(signal);
      return { host, value: await work(ssh, host) };
    } catch (error) {
      signal.throwIfAborted();
      return { host, error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
  const missing = new Set(names);
  return await Promise.all(
    names.map(async (host) => {
      const result = await ask(host);
      missing.delete(host);
      onResult?.(result, [...missing]);
      return result;
    }),
  );
}
