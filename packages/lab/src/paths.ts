import { join } from "node:path";

/** Where everything of one lab lies. */
export interface LabPaths {
  readonly cacheDir: string;
  readonly directory: string;
  readonly network: string;
  readonly registry: string;
  readonly forwarder: string;
  readonly volumes: string;
  readonly privateKey: string;
  readonly caCertificate: string;
  readonly registryPassword: string;
  host(name: string): string;
}

export function labPaths(cacheDir: string, name: string): LabPaths {
  const directory = join(cacheDir, "labs", name);
  return {
    cacheDir,
    directory,
    network: join(directory, "network"),
    registry: join(directory, "registry"),
    forwarder: join(directory, "forwarder"),
    volumes: join(directory, "volumes"),
    privateKey: join(directory, "id_ed25519"),
    caCertificate: join(directory, "ca.crt"),
    registryPassword: join(directory, "registry-password"),
    host: (hostName) => join(directory, "hosts", hostName),
  };
}
