import type { Lab } from "@allmende/lab";
import type { PatchTarget } from "@allmende/patching";
import { SshPool } from "@allmende/ssh";

/** A lab host as a run reaches it: a new connection each time. */
export function targetOf(lab: Lab, name: string): PatchTarget & { close(): Promise<void> } {
  const host = lab.host(name);
  const pool = new SshPool({ credentials: { privateKeyPath: host.privateKeyPath }, connectDeadlineMs: 120_000 });
  const connection = { address: host.address, port: host.port, user: host.user, hostKeys: [host.hostKey] };
  return {
    name,
    connect: async (signal) => await pool.get(connection, { signal }),
    close: async () => await pool.close(),
  };
}
