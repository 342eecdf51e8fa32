import type { ServiceSpec } from "../specs.js";

/** A service of anna's with 128 MiB and nothing but defaults, for tests; `changes` are what the test is about. */
export function plainService(changes: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    name: "anna-blog",
    member: "anna",
    image: "registry.example.org/static-site:1",
    ramBytes: 128 * 1024 ** 2,
    ports: {},
    volumes: {},
    tmpfs: [],
    environment: {},
    secrets: {},
    writableRoot: false,
    capabilities: [],
    networks: [],
    pidsLimit: 512,
    deleteData: false,
    ...changes,
  };
}
