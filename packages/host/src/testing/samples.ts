import type { HostSpec, MemberSpec, ServiceSpec } from "@allmende/model";
import { plainService } from "@allmende/model/testing";

/** Sample specs for this package's tests. */
export const web1: HostSpec = {
  name: "web1",
  connection: { address: "web1.example", port: 22, user: "root", hostKeys: ["ssh-ed25519 AAAA"] },
  reserveBytes: 512 * 1024 ** 2,
};

export const anna: MemberSpec = { name: "anna", number: 1042 };
export const bert: MemberSpec = { name: "bert", number: 7 };

/** A service of anna's with everything in it. */
export function sampleService(changes: Partial<ServiceSpec> = {}): ServiceSpec {
  return plainService({
    image: "registry.example/static-site:1",
    ports: { web: { host: 8080, container: 8080, protocol: "tcp" } },
    volumes: { data: { path: "/var/lib/blog" } },
    environment: { LANG: "de_DE.UTF-8" },
    secrets: { API_KEY: { value: "correct horse", as: "file" }, TOKEN: { value: "battery staple", as: "environment" } },
    health: {
      probe: { kind: "http", path: "/", port: "web" },
      ...{ intervalSeconds: 30, timeoutSeconds: 5, retries: 3, startSeconds: 60 },
    },
    registryLogin: { username: "coop", password: "tr0ub4dor" },
    ...changes,
  });
}
