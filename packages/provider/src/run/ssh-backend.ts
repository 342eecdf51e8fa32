import type { HostSpec } from "@allmende/model";
import type { SshPool } from "@allmende/ssh";
import type { HostBackend } from "./backend.js";
import type { ProviderConfiguration } from "./configuration.js";

/** Real hosts over SSH. What is needed for that is loaded with the first host, so that a preview starts without it. */
export function createSshBackend(configuration: ProviderConfiguration): HostBackend {
  let pool: Promise<SshPool> | undefined;
  const ofTargets: Promise<SshPool>[] = [];
  const connect = async (host: HostSpec, signal: AbortSignal) => {
    pool ??= createPool(configuration);
    return (await pool).get(host.connection, { signal });
  };
  const hostPackage = () => import("@allmende/host");
  return {
    inspect: async (host, { signal }) => (await hostPackage()).inspectHost(await connect(host, signal), { signal }),
    apply: async (host, changes, { signal, onProgress }) => {
      const ssh = await connect(host, signal);
      return (await hostPackage()).runTransaction(ssh, changes, { onProgress });
    },
    target: ({ name, connection }) => {
      // A pool of its own: a run ends its connection on purpose, so that proof comes over a new one.
      let own: Promise<SshPool> | undefined;
      const open = () => {
        const created = createPool(configuration);
        ofTargets.push(created);
        return created;
      };
      return {
        name,
        connect: async (signal) => {
          own ??= open();
          return (await own).get(connection, { signal });
        },
      };
    },
    close: async () => {
      await Promise.all(
        [...(pool === undefined ? [] : [pool]), ...ofTargets].map(async (each) => (await each).close()),
      );
    },
  };
}

async function createPool(configuration: ProviderConfiguration): Promise<SshPool> {
  const { SshPool } = await import("@allmende/ssh");
  const { agent, privateKey, privateKeyFile, passphrase, connectDeadlineMs } = configuration;
  const credentials = {
    ...(agent === undefined ? {} : { agentSocket: agent }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(privateKeyFile === undefined ? {} : { privateKeyPath: privateKeyFile }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
  return new SshPool({ credentials, connectDeadlineMs });
}
