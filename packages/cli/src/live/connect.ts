import { type SshConnection, SshPool } from "@allmende/ssh";
import type { Context } from "../context.js";
import type { DeployedHost } from "./deployed.js";

/** What became of one host: a value, or why there is none. One host out of reach says nothing about the others. */
export type HostResult<T> =
  | { readonly deployed: DeployedHost; readonly value: T }
  | { readonly deployed: DeployedHost; readonly error: Error };

/** How hosts are asked. */
export interface LookOptions<T> {
  /** How long to try to get a connection to a host; default 20 s. */
  readonly connectDeadlineMs?: number | undefined;
  /** Called with each host's result as soon as it is there, and with the names of the hosts that are still being asked. */
  readonly onResult?: ((result: T, missing: readonly string[]) => void) | undefined;
}

/** Does `work` on all hosts side by side, over one connection each, and closes the connections. */
export async function onHosts<T>(
  context: Context,
  hosts: readonly DeployedHost[],
  work: (ssh: SshConnection, deployed: DeployedHost) => Promise<T>,
  options: LookOptions<HostResult<T>> = {},
): Promise<HostResult<T>[]> {
  const pools = new Map<string, SshPool>();
  const poolFor = ({ credentials }: DeployedHost) => {
    const key = JSON.stringify(credentials);
    const pool = pools.get(key) ?? new SshPool({ credentials, connectDeadlineMs: options.connectDeadlineMs ?? 20_000 });
    pools.set(key, pool);
    return pool;
  };
  const ask = async (deployed: DeployedHost): Promise<HostResult<T>> => {
    try {
      const ssh = await poolFor(deployed).get(deployed.host.connection, { signal: context.signal });
      return { deployed, value: await work(ssh, deployed) };
    } catch (error) {
      context.signal.throwIfAborted();
      return { deployed, error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
  const missing = new Set(hosts.map(({ host }) => host.name));
  try {
    return await Promise.all(
      hosts.map(async (deployed) => {
        const result = await ask(deployed);
        missing.delete(deployed.host.name);
        options.onResult?.(result, [...missing]);
        return result;
      }),
    );
  } finally {
    await Promise.all([...pools.values()].map((pool) => pool.close()));
  }
}
