import { readServiceStatus, type ServiceStatus } from "@allmende/host";
import type { SshConnection } from "@allmende/ssh";

/** All services that are on a host, by `member/service`; one exchange. */
export async function readLiveServices(
  ssh: SshConnection,
  options: { signal?: AbortSignal } = {},
): Promise<ReadonlyMap<string, ServiceStatus>> {
  const { services } = await readServiceStatus(ssh, options);
  return new Map(services.map((status) => [`${status.member}/${status.service}`, status]));
}
