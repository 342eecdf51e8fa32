import { type SshConnection, SshPool } from "@allmende/ssh";
import type { Context } from "../context.js";
import type { DeployedHost } from "./deployed.js";

/** What became of one host: a value, or why there is none. One host out of reach says nothing about the others. */
export type HostResult<T> =
  | { readonly deployed: DeployedHost; readonly value: T }
  | { readonly deployed: DeployedHost; readonly error: Error };

/** Does `work` on all hosts side by side, over one connection each, and closes the connections. */
export async function onHosts<T>(
  context: Context,
  hosts: readonly DeployedHost[],
  work: (ssh: SshConnection, deployed: DeployedHost) => Promise<T>,
  options: { connectDeadlineMs?: number } = {},
): Promise<HostResult<T>[]> {
  const pools = new Map<string, SshPool>();
  const poolFor = ({ credentials }: DeployedHost) => {
    const key = JSON.stringify(credentials);
    const pool = pools.get(key) ?? new SshPool({ credentials, connectDeadlineMs: options.connectDeadlineMs ?? 20_000 });
    pools.set(key, pool);
    return pool;
  };
  try {
    return await Promise.all(
      hosts.map(async (deployed): Promise<HostResult<T>> => {
        try {
          const ssh = await poolFor(deployed).get(deployed.host.connection, { signal: context.signal });
          return { deployed, value: await work(ssh, deployed) };
        } catch (error) {
          context.signal.throwIfAborted();
          return { deployed, error: error instanceof Error ? error : new Error(String(error)) };
        }
      }),
    );
  } finally {
    await Promise.all([...pools.values()].map((pool) => pool.close()));
  }
}
