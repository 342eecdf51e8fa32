import { UserError } from "@allmende/model";
import type { DeployedService } from "@allmende/requests";
import { deployedHosts } from "../live/deployed.js";
import { readDeployment } from "../stack/deployment.js";
import type { StackFolder } from "../stack/folder.js";

/** Services of a stack's state, by name; none when nothing was deployed yet. */
export async function readDeployedServices(folder: StackFolder): Promise<ReadonlyMap<string, DeployedService>> {
  try {
    const hosts = deployedHosts(await readDeployment(folder));
    return new Map(
      hosts.flatMap(({ host, services }) =>
        services.map((service) => [service.name, { ...service, host: host.name }] as const),
      ),
    );
  } catch (error) {
    if (error instanceof UserError && error.code === "nothing-deployed") return new Map();
    throw error;
  }
}
